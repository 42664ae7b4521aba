package dev.mayfly.jobs;

import org.apache.spark.sql.SparkSession;

/** One Spark session for all tests of a JVM, with two threads and sessions in UTC as jobs have them. */
public final class LocalSpark {

    private LocalSpark() {}

    private static final class Holder {
        static final SparkSession SESSION = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.shuffle.partitions", "3")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .getOrCreate();
    }

    public static SparkSession session() {
        return Holder.SESSION;
    }
}
