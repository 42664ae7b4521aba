/**
 * Training: clean transactions in, an evaluated, registered model out. {@link dev.mayfly.jobs.train.Features} says what the
 * model sees, {@link dev.mayfly.jobs.train.Protocol} which days it is trained and judged on, {@link
 * dev.mayfly.jobs.train.RankingMetrics} how good it is, {@link dev.mayfly.jobs.train.SparkModel} how it is stored. Front door:
 * {@link dev.mayfly.jobs.train.Train}.
 */
package dev.mayfly.jobs.train;
