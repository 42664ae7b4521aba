package dev.mayfly.engine.testing;

/**
 * Places at which something may go wrong: a simulation's store calls it before and after each of its acts. It may return, throw,
 * or let other things happen meanwhile.
 */
public interface FaultPoints {

    FaultPoints NONE = point -> {};

    /** Told the name of the place. */
    void at(String point);
}
