/**
 * The language of searches: conditions joined by AND, OR, NOT and parentheses, and orders. Front doors: {@link
 * dev.mayfly.search.Filter} reads a condition, {@link dev.mayfly.search.Order} an order; a {@link dev.mayfly.search.SearchableFields}
 * says what its words mean in SQL, and {@link dev.mayfly.search.PageQuery} joins all to the clauses of one statement. Names and
 * values only ever become bound values. Knows no table.
 *
 * <p>The grammar is MLflow's (its documentation on searching runs), and a superset of it: OR, NOT and parentheses.
 */
@NullMarked
package dev.mayfly.search;

import org.jspecify.annotations.NullMarked;
