package dev.mayfly.http;

import dev.mayfly.configuration.Section;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of the server.
 *
 * @param publicUrl the address by which jobs reach it, if that differs from host and port
 * @param allowedHosts names by which clients may call it, besides localhost and IP addresses
 */
public record HttpConfig(
        Listen listen,
        Optional<String> publicUrl,
        List<String> allowedHosts,
        Exposure exposure,
        List<String> trustedProxies,
        Optional<TlsFiles> tls) {

    /** Who can reach the server, and whether requests need to say whose they are. */
    public enum Exposure {
        /** Only this machine: as long as there are no accounts, every request is the owner's. */
        PRIVATE,
        /** Others, too. */
        OPEN,
        /** Every request needs a token or a password, even while only the owner has an account. */
        WITH_ACCOUNTS,
        /** Others, who may do everything as long as there are no accounts: somebody said so aloud. */
        INSECURE;

        public boolean mayBeAnonymous() {
            return this == PRIVATE || this == INSECURE;
        }
    }

    /** The certificate, with those that it is signed by, and its key: PEM files. */
    public record TlsFiles(Path certificate, Path key) {}

    /** Where the server listens; port 0 means any free one. */
    public record Listen(String host, int port) {}

    /** Reads the addresses. */
    public static HttpConfig read(Section root) {
        Listen listen = new Listen(
                root.text("host", "127.0.0.1", "the address to listen on"),
                root.value("port", "8484", "the port to listen on; 0 is any free one", HttpConfig::port));
        boolean isInsecure = root.value(
                "insecure",
                "false",
                "true lets the server listen where others reach it although it has no accounts, so that they may do"
                        + " everything",
                HttpConfig::flag);
        boolean needsAccount = root.value(
                "accounts",
                "false",
                "true: every request needs a token or a password; so it is anyway from the first account on that is not"
                        + " the owner's",
                HttpConfig::flag);
        Exposure exposure = needsAccount
                ? Exposure.WITH_ACCOUNTS
                : isInsecure ? Exposure.INSECURE : isLoopback(listen.host()) ? Exposure.PRIVATE : Exposure.OPEN;
        return new HttpConfig(
                listen,
                root.text("public_url", "the address by which jobs reach the server, if it differs from host and port"),
                root.texts(
                        "allowed_hosts",
                        "names by which clients may call the server besides localhost and IP addresses; * is any"),
                exposure,
                root.texts(
                        "trusted_proxies",
                        "addresses of proxies whose X-Forwarded-For says who sent a request, as audit and limits take it"),
                tls(root));
    }

    private static Optional<TlsFiles> tls(Section root) {
        Optional<Path> certificate = root.value(
                "tls_cert",
                "a PEM file with the server's certificate and those that it is signed by; read again when it changes",
                Path::of);
        Optional<Path> key = root.value("tls_key", "a PEM file with the key of tls_cert, in PKCS #8", Path::of);
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("tls_cert and tls_key (expected: both or none)");
        }
        return certificate.map(file -> new TlsFiles(file, key.orElseThrow()));
    }

    /** The address by which this machine reaches the server. */
    public String url() {
        return (tls.isPresent() ? "https://" : "http://") + listen.host() + ":" + listen.port();
    }

    /** Whether a browser reaches the server over TLS, its own or that of a trusted proxy. */
    public boolean isSecure(Context request) {
        boolean isProxied = trustedProxies.contains(String.valueOf(request.req().getRemoteAddr()));
        return tls.isPresent() || (isProxied && "https".equals(request.header("X-Forwarded-Proto")));
    }

    /** The address of the client that sent a request, as far as proxies that are trusted tell it. */
    public String clientAddress(Context request) {
        String address = String.valueOf(request.req().getRemoteAddr());
        List<String> forwarded = new ArrayList<>(List.of(Optional.ofNullable(request.header("X-Forwarded-For"))
                .orElse("")
                .split("\\s*,\\s*", -1)));
        while (trustedProxies.contains(address) && !forwarded.isEmpty()) {
            String before = forwarded.remove(forwarded.size() - 1);
            if (!before.matches("[0-9A-Fa-f:.]{2,45}")) {
                break;
            }
            address = before;
        }
        return address;
    }

    private static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text + " (expected: true or false)");
        }
        return text.equals("true");
    }

    /** A name that leads nowhere is said when the server listens. */
    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return true;
        }
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
            throw new IllegalArgumentException(text + " (expected: 0 to 65535)");
        }
        return Integer.parseInt(text);
    }

    /** The same, with another port. */
    public HttpConfig at(int port) {
        return new HttpConfig(new Listen(listen.host(), port), publicUrl, allowedHosts, exposure, trustedProxies, tls);
    }
}
