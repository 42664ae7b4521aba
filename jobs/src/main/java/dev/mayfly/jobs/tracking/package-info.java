/**
 * How a job talks to the tracking server: MLflow's REST protocol over plain HTTP, on what every JDK from 8 and every Spark
 * brings; and how its reports are kept in the lake while that server does not answer. Front door: {@link dev.mayfly.jobs.tracking.TrackingClient}. Knows no particular job.
 */
package dev.mayfly.jobs.tracking;
