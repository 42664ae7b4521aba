package dev.mayfly.engine;

import java.time.Instant;
import java.util.List;

/** What to do now, and when to reconcile again. */
record Decision(List<Action.Change> changes, List<Action.Effect> effects, Instant lookAgain) {

    Decision {
        changes = List.copyOf(changes);
        effects = List.copyOf(effects);
    }
}
