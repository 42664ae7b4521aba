package dev.mayfly.http;

import io.javalin.http.Context;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Rejects requests by Host and Origin, so that a page in a user's browser can't reach this server through a DNS name of
 * its own (rebinding) or across origins. Immutable.
 */
final class HostAndOriginCheck {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final Set<String> hosts;
    private final boolean anyHost;

    private HostAndOriginCheck(Set<String> hosts, boolean anyHost) {
        this.hosts = hosts;
        this.anyHost = anyHost;
    }

    /**
     * Allows {@code localhost}, any IP address, the name that the server listens on, that of its public URL, and the
     * configured names; {@code *} allows any name.
     */
    static HostAndOriginCheck of(HttpConfig config) {
        Set<String> hosts =
                new HashSet<>(Set.of("localhost", config.listen().host().toLowerCase(Locale.ROOT)));
        config.allowedHosts().forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
        config.publicUrl().map(url -> URI.create(url).getHost()).ifPresent(hosts::add);
        return new HostAndOriginCheck(Set.copyOf(hosts), hosts.contains("*"));
    }

    /** Why a request is refused; empty if it is not. */
    Optional<String> refusal(Context request) {
        String host = Optional.ofNullable(request.header("Host")).orElse("");
        if (!anyHost && !isAllowed(name(host))) {
            return Optional.of("Invalid Host header '" + shown(host)
                    + "' (expected: localhost, an IP address, or a name in MAYFLY_ALLOWED_HOSTS)");
        }
        String origin = request.header("Origin");
        boolean changes = !READING.contains(request.method().name());
        if (changes && origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            return Optional.of("Cross-origin request blocked: Origin '" + shown(origin)
                    + "' (expected: this server's own address)");
        }
        return Optional.empty();
    }

    private boolean isAllowed(String name) {
        boolean isAddress = name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || name.matches("\\[[0-9a-f:.]+]");
        return isAddress || hosts.contains(name);
    }

    private static String name(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]+$", "");
    }

    private static String shown(String header) {
        return header.substring(0, Math.min(100, header.length())).replaceAll("\\p{Cntrl}", "?");
    }
}
