package dev.mayfly.jobs.measure;

/** Some of the rows of a test. */
interface Segment {

    Segment ALL = row -> true;

    boolean has(int row);
}
