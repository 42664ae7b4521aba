package dev.mayfly.jobs;

import org.apache.spark.sql.SparkSession;

/** A {@link Job} on Spark; apart from it, so that plain jobs need no Spark. */
public final class SparkJob {

    private SparkJob() {}

    /** What it does. */
    public interface Work {
        void run(SparkSession spark) throws Exception;
    }

    /** Runs work on a session with times in UTC, stops the session, then ends the process. */
    public static void main(Work work) {
        Job.main(() -> {
            SparkSession spark = SparkSession.builder()
                    .config("spark.sql.session.timeZone", "UTC")
                    .getOrCreate();
            try {
                work.run(spark);
            } finally {
                spark.stop();
            }
        });
    }
}
