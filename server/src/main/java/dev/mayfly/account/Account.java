package dev.mayfly.account;

import dev.mayfly.access.Grant;
import dev.mayfly.api.Right;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Somebody who may sign in, and what they are granted. */
public record Account(
        String name, Kind kind, boolean hasPassword, boolean isDisabled, Created created, List<Grant> grants) {

    public Account {
        grants = List.copyOf(grants);
    }

    /** Who is behind an account. */
    public enum Kind {
        PERSON,
        SERVICE,
        /** An attempt of a task; its account ends with it. */
        JOB;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** When and by whom it was made. */
    public record Created(Instant at, String by) {}

    /** The grants with no right above the highest one, if there is one. */
    static List<Grant> capped(List<Grant> grants, Optional<Right> highest) {
        return grants.stream()
                .map(grant -> highest.filter(most -> !most.includes(grant.right()))
                        .map(most -> new Grant(most, grant.kind(), grant.pattern()))
                        .orElse(grant))
                .distinct()
                .toList();
    }
}
