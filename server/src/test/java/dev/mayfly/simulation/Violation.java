package dev.mayfly.simulation;

/** A promise was broken. The message says which, when, and in the simulation of which seed. */
final class Violation extends RuntimeException {

    Violation(String message) {
        super(message);
    }
}
