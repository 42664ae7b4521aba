package dev.mayfly.engine.testing;

/**
 * Injects faults: a simulation's store calls it at the points where a real one may fail. It may return, throw, or let
 * other things happen meanwhile.
 */
public interface FaultPoints {

    FaultPoints NONE = point -> {};

    /** Called at the point of this name. */
    void at(String point);
}
