package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.access.Actor;
import dev.mayfly.api.Input;
import dev.mayfly.api.Method;
import dev.mayfly.api.Output;
import dev.mayfly.api.Right;
import dev.mayfly.api.Route;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What slow clients and very many of them do to everybody else: nothing. */
class LoadTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final byte[] LARGE = new byte[20 << 20];

    private static final AtomicInteger UPLOADS = new AtomicInteger();
    private final List<Socket> attackers = new ArrayList<>();

    private static HttpServer server;

    @BeforeAll
    static void start() {
        Routes routes = new Routes();
        bind(routes, Method.GET, "/health", "", "text/plain", request -> request.result("OK"));
        bind(
                routes,
                Method.POST,
                "/small",
                "application/json",
                "text/plain",
                request -> request.result(request.body()));
        bind(routes, Method.PUT, "/files/<path>", "application/octet-stream", "text/plain", request -> {
            if (request.path().startsWith("/files/counted")) {
                UPLOADS.incrementAndGet();
            }
            try (InputStream body = request.bodyInputStream()) {
                request.result("" + body.readAllBytes().length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        bind(routes, Method.GET, "/files/<path>", "", "application/octet-stream", request -> request.result(LARGE));
        server = HttpServer.start(
                TestHttp.CONFIG, TestHttp.access(() -> Actor.OWNER), routes, List.of(new NoProtocol()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void endAttack() throws IOException {
        for (Socket attacker : attackers) {
            attacker.close();
        }
    }

    private interface Answer {
        void write(Context request);
    }

    private static void bind(Routes routes, Method method, String path, String in, String out, Answer answer) {
        Route<?, ?> route = new Route<>(
                method, path, "", Right.PUBLIC.anywhere(), Input.free(String.class, in), Output.bytes(out), Set.of());
        routes.bind(
                route,
                new Routes.Reader<Context>() {
                    @Override
                    public Context read(Actor actor, Context request) {
                        return request;
                    }

                    @Override
                    public List<String> named(Context read, String field) {
                        return List.of();
                    }
                },
                (actor, read, request) -> answer.write(request));
    }

    private static final class NoProtocol implements Protocol {

        @Override
        public boolean owns(String path) {
            return true;
        }

        @Override
        public void refuse(Context request, Failure failure) {
            request.status(failure.kind().status()).result(failure.message());
        }
    }

    private void attack(int clients, String text) throws IOException {
        for (int n = 0; n < clients; n++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            attackers.add(socket);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }
    }

    private String send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    /** The slowest of many looks at the health of the server, and of requests as jobs send them. */
    private void assertServed(String attack) throws Exception {
        String body = "x".repeat(2_000);
        long[] millis = new long[40];
        for (int n = 0; n < millis.length; n++) {
            long begin = System.nanoTime();
            assertThat(send(to("/health"))).as(attack).isEqualTo("OK");
            millis[n] = (System.nanoTime() - begin) / 1_000_000;
            assertThat(send(to("/small").POST(HttpRequest.BodyPublishers.ofString(body))))
                    .as(attack)
                    .isEqualTo(body);
        }
        Arrays.sort(millis);
        System.out.println("/health while " + attack + ": median " + millis[20] + " ms, slowest " + millis[39] + " ms");
    }

    @Test
    void slowUploadsHoldUpNobody() throws Exception {
        attack(260, "PUT /files/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx");
        assertServed("260 slow uploads");
    }

    @Test
    void slowJsonHoldsUpNobody() throws Exception {
        attack(500, "POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{");
        assertServed("500 slow bodies");
    }

    @Test
    void slowBodiesOfUnknownLengthHoldUpNobody() throws Exception {
        attack(260, "POST /small HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n");
        assertServed("260 slow chunked bodies");
    }

    @Test
    void slowReadersHoldUpNobody() throws Exception {
        attack(260, "GET /files/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertServed("260 slow readers");
    }

    @Test
    void idleConnectionsAndHalfHeadersHoldUpNobody() throws Exception {
        attack(1_500, "");
        attack(500, "GET /health HTTP/1.1\r\nHost: loc");
        assertServed("1,500 idle connections and 500 half requests");
    }

    @Test
    void whatWaitsForItsTurnIsDoneThen() throws Exception {
        attack(64, "PUT /files/counted HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx");
        Awaitility.await().until(() -> UPLOADS.get() == 64);
        Socket waiting = new Socket(InetAddress.getLoopbackAddress(), server.port());
        waiting.getOutputStream()
                .write("PUT /files/y HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
                        .getBytes(StandardCharsets.ISO_8859_1));
        Thread.sleep(300);
        int early = waiting.getInputStream().available();
        assertThat(new String(waiting.getInputStream().readNBytes(early), StandardCharsets.ISO_8859_1))
                .as("not yet")
                .isEmpty();
        attackers.get(0).close();
        assertThat(new String(waiting.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                .startsWith("HTTP/1.1 200")
                .endsWith("3");
        waiting.close();
    }

    /** A connection that is closed on a client that is still sending takes the answer with it. */
    @Test
    void whoIsRefusedSeesWhyHoweverLongItsBody() throws Exception {
        for (int length : List.of(10, 100_000, 5_000_000, 15_000_000)) {
            for (int n = 0; n < 5; n++) {
                String answer = send(to("/nothing").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[length])));
                assertThat(answer).as(length + " bytes").contains("There is no such endpoint");
            }
        }
    }

    /** A client that takes the connection for one that goes on loses its next request. */
    @ParameterizedTest
    @CsvSource({
        "POST /small, 1",
        "POST /nothing, 1",
        "POST /nothing, 100000",
        "POST /a%00b, 1",
        "POST /%zz, 1",
        "POST /%ff, 1",
        "PUT /files/x, 1",
        "PUT /files/x, 100000",
        "GET /health, 1",
        "GET /health, 100000",
        "TRACE /small, 1",
        "NOSUCH /small, 1"
    })
    void aConnectionThatIsClosedIsSaidToBe(String request, int length) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            Writer out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.ISO_8859_1);
            out.write(request + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n");
            out.flush();
            Thread.sleep(50); // what is sent late is the case
            out.write("x".repeat(length));
            out.flush();
            String head = head(socket.getInputStream());
            if (!head.contains("Connection: close")) {
                int answer = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
                socket.getInputStream().readNBytes(answer);
                out.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
                out.flush();
                assertThat(head(socket.getInputStream())).as(head).startsWith("HTTP/1.1 200");
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertThat(b).as("after " + head).isNotNegative();
            head.append((char) b);
        }
        return head.toString();
    }
}
