package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.problem.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {

    @TempDir
    private Path folder;

    private Optional<HttpServer> server = Optional.empty();

    @AfterEach
    void stop() {
        server.ifPresent(HttpServer::close);
    }

    /** Makes a certificate for 127.0.0.1, and writes it and its key as PEM. */
    private KeyStore pem(String algorithm, String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(Stream.of(Path.of(System.getProperty("java.home"), "bin/keytool")
                                        .toString()
                                + " -genkeypair -alias k -keyalg " + algorithm
                                + " -storetype PKCS12 -storepass secret -validity 3 -ext san=ip:127.0.0.1"
                                + " -dname CN=" + name + " -keystore " + store)
                        .flatMap(line -> Stream.of(line.split(" ", -1)))
                        .toList())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        Key key = keys.getKey("k", "secret".toCharArray());
        write("tls.crt", "CERTIFICATE", keys.getCertificate("k").getEncoded());
        write("tls.key", "PRIVATE KEY", key.getEncoded());
        return keys;
    }

    private void write(String file, String what, byte[] bytes) throws IOException {
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                        + "-----\n");
    }

    private HttpServer start() {
        HttpConfig plain = TestHttp.CONFIG;
        HttpConfig config = new HttpConfig(
                plain.listen(),
                plain.publicUrl(),
                plain.allowedHosts(),
                plain.exposure(),
                plain.trustedProxies(),
                Optional.of(new HttpConfig.TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"))));
        HttpServer started =
                HttpServer.start(config, TestHttp.access(() -> Actor.OWNER), new Routes(), List.of(new NoProtocol()));
        server = Optional.of(started);
        return started;
    }

    private static final class NoProtocol implements Protocol {

        @Override
        public boolean owns(String path) {
            return true;
        }

        @Override
        public void refuse(io.javalin.http.Context request, Failure failure) {
            request.status(failure.kind().status()).result(failure.message());
        }
    }

    /** The name in the certificate that a new connection sees. */
    private static String name(HttpServer server, KeyStore trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("k", trusted.getCertificate("k"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), new SecureRandom());
        HttpResponse<String> answer = HttpClient.newBuilder()
                .sslContext(context)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(404);
        X509Certificate seen =
                (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
        return seen.getSubjectX500Principal().getName();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void aCertificateIsReadAndReadAgainWhenItChanges(String algorithm) throws Exception {
        KeyStore first = pem(algorithm, "first");
        HttpServer started = start();
        assertThat(name(started, first)).isEqualTo("CN=first");
        started.readCertificateAgain();
        assertThat(name(started, first)).isEqualTo("CN=first");

        KeyStore second = pem(algorithm, "second");
        Files.writeString(folder.resolve("tls.key"), "half a k");
        assertThatThrownBy(started::readCertificateAgain)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the old certificate is still used")
                .hasMessageContaining("PKCS #8");
        assertThat(name(started, first)).isEqualTo("CN=first");

        write(
                "tls.key",
                "PRIVATE KEY",
                second.getKey("k", "secret".toCharArray()).getEncoded());
        started.readCertificateAgain();
        assertThat(name(started, second)).isEqualTo("CN=second");
    }

    @Test
    void filesThatAreNoCertificateAndItsKeyAreRefusedAtTheStart() throws Exception {
        assertThatThrownBy(this::start)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("tls.crt (expected: a PEM");
        pem("EC", "some");
        write("tls.key", "EC PRIVATE KEY", new byte[] {1, 2, 3});
        assertThatThrownBy(this::start).isInstanceOf(StartFailure.class).hasMessageContaining("openssl pkcs8 -topk8");
        Files.writeString(folder.resolve("tls.crt"), "nothing");
        assertThatThrownBy(this::start).isInstanceOf(StartFailure.class).hasMessageContaining("TLS: ");
        pem("EC", "one");
        String another = Files.readString(folder.resolve("tls.key"));
        pem("EC", "two");
        Files.writeString(folder.resolve("tls.key"), another);
        assertThatThrownBy(this::start).hasMessageContaining("tls.key is not the key of");
        String key = Files.readString(folder.resolve("tls.key"));
        pem("RSA", "other");
        Files.writeString(folder.resolve("tls.key"), key);
        assertThatThrownBy(this::start)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("tls.key is not the key of");
    }
}
