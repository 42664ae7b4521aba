/**
 * The HTTP API as records: each route with its right, its request, its answer and its errors; the client that calls it, and the OpenAPI
 * document that is written from it. The server binds the routes, the command line and the benchmarks call them. Knows Jackson and
 * nothing of the server. Front doors: {@link dev.mayfly.api.Route} and {@link dev.mayfly.api.ApiClient}.
 */
@NullMarked
package dev.mayfly.api;

import org.jspecify.annotations.NullMarked;
