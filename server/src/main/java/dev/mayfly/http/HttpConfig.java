package dev.mayfly.http;

import dev.mayfly.configuration.Section;
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

    public static HttpConfig read(Section root) {
        return new HttpConfig(
                new Listen(
                        root.text("host", "127.0.0.1", "the address to listen on"),
                        root.value("port", "8484", "the port to listen on; 0 is any free one", HttpConfig::port)),
                root.text("public_url", "the address by which jobs reach the server, if it differs from host and port"),
                root.texts(
                        "allowed_hosts",
                        "names by which clients may call the server besides localhost and IP addresses; * is any"));
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
