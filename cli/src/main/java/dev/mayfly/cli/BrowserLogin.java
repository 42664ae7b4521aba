package dev.mayfly.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.api.ApiClient;
import dev.mayfly.api.TokenApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gets a token by a browser on the same machine: listens on a loopback address until the browser brings a code (RFC 8252),
 * which is good only together with a verifier that has not left this process (RFC 7636).
 */
final class BrowserLogin {

    private static final int WAIT_MINUTES = 10;
    private static final int SECRET_BYTES = 32;
    private static final int LONGEST_HOST = 100;
    private static final Pattern QUERY = Pattern.compile("code=([A-Za-z0-9_-]{10,100})&state=([A-Za-z0-9_-]{10,100})");

    private final String url;
    private final String state = random();
    private final String verifier = random();

    BrowserLogin(String url) {
        this.url = url;
    }

    /** Waits for the browser, and returns the token. */
    String token() {
        CompletableFuture<String> code = new CompletableFuture<>();
        HttpServer listener = listen(code);
        try {
            String address = url.replaceFirst("/+$", "") + "/sign-in/command-line?port="
                    + listener.getAddress().getPort() + "&state=" + state + "&challenge=" + challenge() + "&host="
                    + URLEncoder.encode(host(), StandardCharsets.UTF_8);
            System.err.println("Open this address in a browser on this machine (Ctrl-C to give up; without a browser:"
                    + " mayfly login --token):\n\n  " + address + "\n");
            open(address);
            String brought = code.get(WAIT_MINUTES, TimeUnit.MINUTES);
            return new ApiClient(url)
                    .call(TokenApi.EXCHANGE, new TokenApi.Exchange(brought, verifier))
                    .text();
        } catch (TimeoutException e) {
            throw new CommandFailed(
                    CommandFailed.FAILED, "no browser came within " + WAIT_MINUTES + " minutes; run it again");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(CommandFailed.FAILED, "interrupted");
        } finally {
            listener.stop(1);
        }
    }

    private HttpServer listen(CompletableFuture<String> code) {
        try {
            HttpServer listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            listener.createContext("/", exchange -> {
                Matcher query =
                        QUERY.matcher(String.valueOf(exchange.getRequestURI().getQuery()));
                boolean isMine = query.matches() && query.group(2).equals(state);
                answer(
                        exchange,
                        isMine ? 200 : 400,
                        isMine
                                ? "The command line is signed in. You can close this page."
                                : "This belongs to no sign-in that the command line has begun.");
                if (isMine) {
                    code.complete(query.group(1));
                }
            });
            listener.start();
            return listener;
        } catch (IOException e) {
            throw new CommandFailed(
                    CommandFailed.FAILED,
                    "no port of 127.0.0.1 can be opened for the browser (" + e.getMessage() + "); use --token");
        }
    }

    private static void answer(HttpExchange exchange, int status, String words) throws IOException {
        byte[] page =
                ("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Mayfly</title></head><body><p>"
                                + words + "</p></body></html>")
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        exchange.sendResponseHeaders(status, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    /** Opens the browser where there is one; the address is printed anyway. */
    private static void open(String address) {
        Map<String, String> variables = System.getenv();
        boolean isMac = System.getProperty("os.name").startsWith("Mac");
        if (!isMac && !variables.containsKey("DISPLAY") && !variables.containsKey("WAYLAND_DISPLAY")) {
            return;
        }
        try {
            new ProcessBuilder(List.of(isMac ? "open" : "xdg-open", address))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            System.err.println("(no browser could be opened: " + e.getMessage() + ")");
        }
    }

    private static String host() {
        try {
            String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
            return name.substring(0, Math.min(LONGEST_HOST, name.length()));
        } catch (IOException e) {
            return "this-machine";
        }
    }

    private String challenge() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static String random() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
