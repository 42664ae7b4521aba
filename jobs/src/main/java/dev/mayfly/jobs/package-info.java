/**
 * What every job is made of: arguments, a Spark session, an exit code that says whether it succeeded. Knows no
 * particular job.
 */
package dev.mayfly.jobs;
