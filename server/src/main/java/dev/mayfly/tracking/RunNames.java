package dev.mayfly.tracking;

import java.util.concurrent.ThreadLocalRandom;

/** Random names for runs that were created without one. */
final class RunNames {

    private static final String[] MANNERS = {
        "amber", "brisk", "calm", "daring", "early", "fleet", "gentle", "hardy", "keen", "light", "merry", "nimble",
        "patient", "quick", "rare", "steady", "tidy", "upbeat", "vivid", "wise"
    };
    private static final String[] FLYERS = {
        "avocet",
        "bittern",
        "crane",
        "dipper",
        "egret",
        "finch",
        "grebe",
        "heron",
        "ibis",
        "jay",
        "kite",
        "lark",
        "martin",
        "nuthatch",
        "osprey",
        "plover",
        "quail",
        "robin",
        "swift",
        "tern",
        "wren"
    };

    private RunNames() {}

    static String invent() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return MANNERS[random.nextInt(MANNERS.length)] + "-" + FLYERS[random.nextInt(FLYERS.length)] + "-"
                + random.nextInt(1000);
    }
}
