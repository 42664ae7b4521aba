/**
 * What can be trained: learners with their parameters, and what they make. Front door: {@link
 * dev.mayfly.jobs.learner.Learner}. Whatever learned, the model is one of Spark's own, so that it loads wherever Spark does. Knows
 * nothing of transactions, weeks or tracking.
 */
package dev.mayfly.jobs.learner;
