package dev.mayfly.capacity;

/** A quota as the cloud reports it: its limit, and how much of it is in use by anyone. */
public record Quota(Resources limit, Resources use) {}
