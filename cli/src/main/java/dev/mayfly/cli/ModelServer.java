package dev.mayfly.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.api.ApiClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A model over HTTP, on MLflow's paths: {@code POST /invocations}, {@code GET /ping}, {@code /health} and {@code
 * /version}. Polls for a new version; if it can't be loaded, a line on standard error says so, and the previous version
 * stays in service.
 */
final class ModelServer implements AutoCloseable {

    private static final int LARGEST_BODY = 64 << 20;
    private static final int GOODBYE_SECONDS = 2;

    /** A thread for each client that is sending, since a slow one holds it; none lasts longer than this. */
    private static final int MOST_CLIENTS = 512;

    private static final String LONGEST_REQUEST_SECONDS = "60";

    /** Bodies above this size are few at once, whatever their clients' speed: they are held in memory. */
    private static final int LARGE_BODY = 1 << 20;

    private static final int MOST_LARGE = 4;
    private static final int LONGEST_WAIT_SECONDS = 10;

    private final ServedModel model;
    private final HttpServer http;
    private final ExecutorService clients =
            new ThreadPoolExecutor(0, MOST_CLIENTS, 10, TimeUnit.SECONDS, new SynchronousQueue<>());
    private final Semaphore scoring =
            new Semaphore(Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
    private final Semaphore large = new Semaphore(MOST_LARGE);
    private final ExecutorService watch = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "watch-alias");
        thread.setDaemon(true);
        return thread;
    });

    private ModelServer(ServedModel model, InetSocketAddress address) throws IOException {
        this.model = model;
        this.http = HttpServer.create(address, 1_024);
    }

    /** Starts to listen. The model is loaded already. */
    static ModelServer start(ServedModel model, InetSocketAddress address, int refreshSeconds) throws IOException {
        // Without it the JDK's server delays small answers by 40 ms (Nagle's algorithm).
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", LONGEST_REQUEST_SECONDS);
        ModelServer server = new ModelServer(model, address);
        server.http.setExecutor(server.clients);
        server.http.createContext("/invocations", server::invoke);
        server.http.createContext("/ping", exchange -> server.answer(exchange, 200, "\n"));
        server.http.createContext("/health", exchange -> server.answer(exchange, 200, "\n"));
        server.http.createContext("/version", server::version);
        server.http.start();
        server.watch.execute(() -> server.watch(refreshSeconds));
        return server;
    }

    int port() {
        return http.getAddress().getPort();
    }

    private void watch(int seconds) {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(seconds);
                refresh();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void refresh() {
        try {
            if (model.refresh()) {
                System.err.println(model + " serves version " + model.current().number() + " now");
            }
        } catch (RuntimeException e) {
            System.err.println(
                    "version " + model.current().number() + " of " + model + " stays in service: " + e.getMessage());
        }
    }

    private void invoke(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            refuse(exchange, 405, "method " + exchange.getRequestMethod() + " (expected: POST)");
            return;
        }
        byte[] start = exchange.getRequestBody().readNBytes(LARGE_BODY);
        if (start.length < LARGE_BODY) {
            score(exchange, start);
        } else if (hasTurn()) {
            try {
                byte[] rest = exchange.getRequestBody().readNBytes(LARGEST_BODY - start.length + 1);
                byte[] body = Arrays.copyOf(start, start.length + rest.length);
                System.arraycopy(rest, 0, body, start.length, rest.length);
                score(exchange, body);
            } finally {
                large.release();
            }
        } else {
            exchange.getResponseHeaders().set("Retry-After", "1");
            refuse(exchange, 503, MOST_LARGE + " bodies of more than 1 MB are under way (expected: fewer; try again)");
        }
    }

    private boolean hasTurn() {
        try {
            return large.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void score(HttpExchange exchange, byte[] body) throws IOException {
        if (body.length > LARGEST_BODY) {
            refuse(exchange, 413, "body of more than 64 MB (expected: less; send several)");
            return;
        }
        ServedModel.Version version = model.current();
        byte[] answer;
        scoring.acquireUninterruptibly();
        try {
            answer = Invocations.answer(new Invocations(version.scorer().inputs()).rows(body), version);
        } catch (Invocations.Unreadable e) {
            refuse(exchange, 400, String.valueOf(e.getMessage()));
            return;
        } finally {
            scoring.release();
        }
        send(exchange, 200, "application/json", answer);
    }

    private void version(HttpExchange exchange) throws IOException {
        ServedModel.Version version = model.current();
        answer(
                exchange,
                200,
                ApiClient.JSON
                        .createObjectNode()
                        .put("model", model.toString())
                        .put("version", Integer.toString(version.number()))
                        .put("run_id", version.run())
                        .put("threshold", version.scorer().threshold())
                        .toString());
    }

    /** Answers with an error in MLflow's form. */
    private void refuse(HttpExchange exchange, int status, String message) throws IOException {
        answer(
                exchange,
                status,
                ApiClient.JSON
                        .createObjectNode()
                        .put("error_code", "BAD_REQUEST")
                        .put("message", message)
                        .toString());
    }

    private void answer(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, "application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Lets the requests in progress finish, then stops. */
    @Override
    public void close() {
        watch.shutdownNow();
        http.stop(GOODBYE_SECONDS);
        clients.shutdown();
    }
}
