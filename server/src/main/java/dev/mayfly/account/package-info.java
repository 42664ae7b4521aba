/**
 * Accounts of people, services and jobs, what they are granted, and the tokens and passwords that prove who sends a
 * request. Front doors: {@link dev.mayfly.account.Accounts} for those who administer them, {@link
 * dev.mayfly.account.SignIn} for requests, {@link dev.mayfly.account.JobAccounts} for the tokens of jobs.
 */
@NullMarked
package dev.mayfly.account;

import org.jspecify.annotations.NullMarked;
