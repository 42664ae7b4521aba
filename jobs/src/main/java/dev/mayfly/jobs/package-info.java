/** What every job is made of: arguments, a Spark session, an exit code that tells the truth. Knows no particular job. */
package dev.mayfly.jobs;
