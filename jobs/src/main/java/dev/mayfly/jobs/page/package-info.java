/**
 * What people look at: plots as PNG, and reports as one HTML file that needs no other. Front doors: {@link
 * dev.mayfly.jobs.page.Plot}, {@link dev.mayfly.jobs.page.Page}. Knows nothing of what is shown.
 */
package dev.mayfly.jobs.page;
