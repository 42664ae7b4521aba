package dev.mayfly.jobs.simulate;

/** What is wrong with a row, as in production data. */
enum Dirt {
    /** Nothing. */
    NONE,
    /** The row occurs twice. */
    DUPLICATE,
    /** The customer is -999999. */
    NO_CUSTOMER,
    /** The terminal is the text {@code Err}. */
    TERMINAL_ERR,
    /** The terminal is empty. */
    TERMINAL_EMPTY,
    /** The time is written 24:00:00. */
    MIDNIGHT,
    /** The terminal is 0, which stands for an unknown one. */
    TERMINAL_PLACEHOLDER;

    private static final Dirt[] RARE = {DUPLICATE, NO_CUSTOMER, TERMINAL_ERR, TERMINAL_EMPTY, MIDNIGHT};

    /**
     * Returns the dirt of a row.
     *
     * @param share the share of rows that get one of the rare kinds, each equally often
     * @param placeholders the share of rows with the placeholder terminal; 4.32 % in production
     */
    static Dirt of(long seed, long row, double share, double placeholders) {
        Randomness random = new Randomness(seed, "dirt", row);
        double draw = random.uniform(0, 1);
        if (draw < share) {
            return RARE[random.below(RARE.length)];
        }
        return draw < share + placeholders ? TERMINAL_PLACEHOLDER : NONE;
    }
}
