/**
 * What people's tools talk to: the JSON API under {@code /api/v1}. Front door: {@link dev.mayfly.web.WebRoutes}. The pages
 * get their place here. Only translates; decides nothing.
 */
@NullMarked
package dev.mayfly.web;

import org.jspecify.annotations.NullMarked;
