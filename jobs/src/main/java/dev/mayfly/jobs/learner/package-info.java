/**
 * What can be trained: learners with their parameters, and the models that they make. Front door: {@link
 * dev.mayfly.jobs.learner.Learner}. Every learner makes one of Spark's own models, which loads wherever Spark does.
 * Knows nothing of transactions, weeks or tracking.
 */
package dev.mayfly.jobs.learner;
