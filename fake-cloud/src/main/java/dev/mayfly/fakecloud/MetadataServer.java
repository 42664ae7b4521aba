package dev.mayfly.fakecloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a virtual machine finds at its metadata address, here on a port of 127.0.0.1: the token of its service account.
 * It also answers for Lockbox over HTTP, as jobs on a cluster call it.
 */
final class MetadataServer implements AutoCloseable {

    private static final String TOKEN = "/computeMetadata/v1/instance/service-accounts/default/token";
    private static final String SECRETS = "/lockbox/v1/secrets/";

    private final HttpServer server;

    private MetadataServer(HttpServer server) {
        this.server = server;
    }

    static MetadataServer start(int port, Cloud cloud, Tokens tokens, Secrets secrets) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext(TOKEN, exchange -> {
            boolean asked = "Google".equals(exchange.getRequestHeaders().getFirst("Metadata-Flavor"));
            answer(
                    exchange,
                    asked ? 200 : 403,
                    "{\"access_token\":\"" + tokens.give(cloud.now()) + "\",\"expires_in\":"
                            + tokens.lifetime().toSeconds() + ",\"token_type\":\"Bearer\"}");
        });
        server.createContext(SECRETS, exchange -> {
            String id = exchange.getRequestURI()
                    .getPath()
                    .substring(SECRETS.length())
                    .replaceFirst("/payload$", "");
            String header = exchange.getRequestHeaders().getFirst("Authorization");
            try {
                tokens.check(header == null ? "" : header, cloud.now());
                answer(exchange, 200, json(secrets.entries(id)));
            } catch (io.grpc.StatusRuntimeException e) {
                int status = e.getStatus().getCode() == io.grpc.Status.Code.NOT_FOUND ? 404 : 401;
                answer(exchange, status, "{\"message\":\"" + e.getStatus().getDescription() + "\"}");
            }
        });
        server.start();
        return new MetadataServer(server);
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static String json(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> "{\"key\":\"" + entry.getKey() + "\",\"textValue\":\"" + entry.getValue() + "\"}")
                .collect(Collectors.joining(",", "{\"entries\":[", "]}"));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
