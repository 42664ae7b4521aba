package dev.mayfly.http;

import dev.mayfly.configuration.Section;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of the server.
 *
 * @param publicUrl the address by which jobs reach it, if that differs from host and port
 * @param allowedHosts names by which clients may call it, besides localhost and IP addresses
 */
public record HttpConfig(Listen listen, Optional<String> publicUrl, List<String> allowedHosts) {

    /** Where the server listens; port 0 means any free one. */
    public record Listen(String host, int port) {}

    /**
     * Reads the addresses.
     *
     * @throws IllegalArgumentException if others could reach the server, and nobody has said that they may
     */
    public static HttpConfig read(Section root) {
        Listen listen = new Listen(
                root.text("host", "127.0.0.1", "the address to listen on"),
                root.value("port", "8484", "the port to listen on; 0 is any free one", HttpConfig::port));
        boolean isOpen = root.value(
                "insecure",
                "false",
                "true lets the server listen where others reach it, who may do everything then: it has no accounts",
                HttpConfig::flag);
        if (!isOpen && !isLoopback(listen.host())) {
            throw new IllegalArgumentException("host: " + listen.host() + " can be reached by others, who may do"
                    + " everything then, since there are no accounts (expected: a loopback address such as 127.0.0.1; or"
                    + " --insecure, where a firewall or a proxy decides who gets through)");
        }
        return new HttpConfig(
                listen,
                root.text("public_url", "the address by which jobs reach the server, if it differs from host and port"),
                root.texts(
                        "allowed_hosts",
                        "names by which clients may call the server besides localhost and IP addresses; * is any"));
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
        return new HttpConfig(new Listen(listen.host(), port), publicUrl, allowedHosts);
    }
}
