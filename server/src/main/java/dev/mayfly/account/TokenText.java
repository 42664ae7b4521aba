package dev.mayfly.account;

import dev.mayfly.digest.Sha256;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token as its holder has it, {@code mf_ID_SECRET}: the id finds the row, so that one hash is computed, and 256 random
 * bits need no slow one.
 */
record TokenText(String id, String secret) {

    private static final Pattern FORM = Pattern.compile("mf_([0-9a-f]{16})_([0-9a-f]{64})");
    private static final SecureRandom RANDOM = new SecureRandom();

    static TokenText random() {
        return new TokenText(hex(8), hex(32));
    }

    static TokenText of(String id, byte[] secret) {
        return new TokenText(id, HexFormat.of().formatHex(secret));
    }

    /** Returns the token that a text is; empty if it is none. */
    static Optional<TokenText> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() ? Optional.of(new TokenText(form.group(1), form.group(2))) : Optional.empty();
    }

    String hash() {
        return Sha256.of(secret).hex();
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** For the holder; everybody else sees {@link #toString}. */
    String full() {
        return "mf_" + id + "_" + secret;
    }

    @Override
    public String toString() {
        return "mf_" + id + "_...";
    }
}
