/**
 * Training: the search for a candidate on earlier weeks, the final model, its judgement on the last weeks beside the
 * champion, and its reports. Front doors: {@link dev.mayfly.jobs.train.Train} and {@link
 * dev.mayfly.jobs.train.Backtest}. Inputs come from {@code features}, models from {@code learner}, figures from {@code
 * measure}, pages from {@code page}.
 */
package dev.mayfly.jobs.train;
