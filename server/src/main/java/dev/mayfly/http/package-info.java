/**
 * The HTTP server: it listens, checks where requests come from and who sends them, and hands them to the routes that are bound; one
 * table says what an error becomes. Front doors: {@link dev.mayfly.http.Routes} for those who bind, {@link dev.mayfly.http.HttpServer}
 * for {@code app}. Knows no route and no protocol: both are handed to it.
 */
@NullMarked
package dev.mayfly.http;

import org.jspecify.annotations.NullMarked;
