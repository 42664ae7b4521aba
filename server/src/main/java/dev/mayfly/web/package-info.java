/**
 * The JSON API: binds the routes of {@code dev.mayfly.api} to the front doors of the rooms, and writes what they know as the API's
 * records. Front door: {@link dev.mayfly.web.WebRoutes}.
 */
@NullMarked
package dev.mayfly.web;

import org.jspecify.annotations.NullMarked;
