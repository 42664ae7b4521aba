/**
 * The language of searches: conditions joined by AND, OR, NOT and parentheses, and orders. Front door: {@link
 * dev.mayfly.search.PageQuery}, the statement for one page; {@link dev.mayfly.search.SearchableFields} say what the
 * fields of a search mean in SQL. Keys and values get into SQL only as bound values. Knows no table.
 *
 * <p>The grammar is MLflow's (its documentation on searching runs), and a superset of it: OR, NOT and parentheses.
 */
@NullMarked
package dev.mayfly.search;

import org.jspecify.annotations.NullMarked;
