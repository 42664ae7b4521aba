package dev.mayfly.capacity;

/** What a cloud says of itself: how much may be had in all, and how much of it is in use, by whomever. */
public record Quota(Resources limit, Resources use) {}
