package dev.mayfly.pypi;

import java.util.Locale;
import java.util.Optional;

/** The form of a page that a client likes best; HTML if it does not say, as PEP 691 has it. */
enum Accepted {
    JSON(SimplePages.JSON),
    HTML(SimplePages.HTML),
    /** The same, for browsers and old installers. */
    PLAIN_HTML("text/html; charset=utf-8");

    private final String media;

    Accepted(String media) {
        this.media = media;
    }

    String media() {
        return media;
    }

    static Accepted of(Optional<String> header) {
        Accepted best = PLAIN_HTML;
        double weight = 0;
        for (String choice : header.orElse("").split(",", -1)) {
            String[] parts = choice.strip().toLowerCase(Locale.ROOT).split(";", -1);
            Optional<Accepted> form = form(parts[0].strip());
            double q = quality(parts);
            if (form.isPresent() && q > weight) {
                best = form.get();
                weight = q;
            }
        }
        return best;
    }

    private static Optional<Accepted> form(String media) {
        return switch (media) {
            case SimplePages.JSON, "application/vnd.pypi.simple.latest+json" -> Optional.of(JSON);
            case SimplePages.HTML, "application/vnd.pypi.simple.latest+html" -> Optional.of(HTML);
            case "text/html", "text/*", "*/*" -> Optional.of(PLAIN_HTML);
            default -> Optional.empty();
        };
    }

    private static double quality(String[] parts) {
        for (String part : parts) {
            String text = part.strip();
            if (text.matches("q=[01](\\.[0-9]{0,3})?")) {
                return Double.parseDouble(text.substring(2));
            }
        }
        return 1;
    }
}
