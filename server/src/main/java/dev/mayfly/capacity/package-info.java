/**
 * Quotas and admission: pools in real units, claims on them, and the fair queue of those that wait. Pure: a claim is a
 * cluster's row, held from the intent to the proof of deletion, so there is no count that could become wrong. Front
 * door: {@link dev.mayfly.capacity.Capacity}. Knows neither clusters nor providers.
 */
@NullMarked
package dev.mayfly.capacity;

import org.jspecify.annotations.NullMarked;
