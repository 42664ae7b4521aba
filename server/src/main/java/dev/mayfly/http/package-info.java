/**
 * The HTTP server: it listens, checks where requests come from and who sends them, and passes them to the bound routes;
 * one table converts exceptions to errors. Front doors: {@link dev.mayfly.http.Routes} for rooms that bind routes,
 * {@link dev.mayfly.http.HttpServer} for {@code app}. Knows no route and no protocol: {@code app} passes both to it.
 */
@NullMarked
package dev.mayfly.http;

import org.jspecify.annotations.NullMarked;
