package dev.mayfly.webhook;

import dev.mayfly.configuration.Section;
import dev.mayfly.problem.Refused;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/**
 * The one place that decides which addresses a client can make this server call: only those at origins in the
 * configuration ({@code webhooks: [https://hooks.example.com]}), by default none.
 */
public final class AllowedOrigins {

    private final List<String> origins;

    public static AllowedOrigins read(Section root) {
        return new AllowedOrigins(
                root.texts("webhooks", "the origins that webhooks of the registry may call, such as https://host"));
    }

    /**
     * Allows these origins.
     *
     * @throws IllegalArgumentException if a text is not an origin
     */
    public AllowedOrigins(List<String> origins) {
        this.origins = origins.stream().map(AllowedOrigins::configured).toList();
    }

    private static String configured(String origin) {
        try {
            URI uri = new URI(origin);
            if (uri.getPath() != null && uri.getPath().isEmpty() && uri.getQuery() == null) {
                return origin(uri);
            }
        } catch (URISyntaxException | Refused e) {
            throw wrong(origin);
        }
        throw wrong(origin);
    }

    private static IllegalArgumentException wrong(String origin) {
        return new IllegalArgumentException("webhooks: '" + origin + "' (expected: https://host or https://host:port)");
    }

    /** Returns the address if it may be called; throws {@link Refused} otherwise. */
    URI check(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw Refused.invalid("Invalid webhook URL '" + shown(url) + "': " + e.getReason());
        }
        if (uri.getUserInfo() != null || uri.getFragment() != null || !origins.contains(origin(uri))) {
            throw Refused.invalid("Invalid webhook URL '" + shown(url) + "' (expected: at one of " + origins
                    + ", the origins under 'webhooks' in this server's configuration)");
        }
        return uri;
    }

    /** Without a password, which does not belong there. */
    private static String shown(String url) {
        return url.replaceFirst("//[^/]*@", "//***@");
    }

    private static String origin(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean isWeb = scheme.equals("https") || scheme.equals("http");
        if (!isWeb || uri.getHost() == null) {
            throw Refused.invalid("Invalid webhook URL '" + uri + "' (expected: https://host/...)");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }
}
