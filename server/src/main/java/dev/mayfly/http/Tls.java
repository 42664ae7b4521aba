package dev.mayfly.http;

import dev.mayfly.problem.StartFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the server and its key, from two PEM files (RFC 7468), which are read again when they change.
 * Thread-safe.
 */
final class Tls {

    private static final Logger log = LoggerFactory.getLogger(Tls.class);
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final int LARGEST_FILE = 1 << 20;

    private final HttpConfig.TlsFiles files;
    private final SslContextFactory.Server context = new SslContextFactory.Server();
    private String loaded;

    /**
     * Reads both files.
     *
     * @throws StartFailure if they can't be read, or do not belong together
     */
    Tls(HttpConfig.TlsFiles files) {
        this.files = files;
        try {
            this.loaded = texts();
            use(context, loaded);
            context.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        } catch (IOException | GeneralSecurityException e) {
            throw new StartFailure("TLS: " + e.getMessage(), e);
        }
    }

    SslContextFactory.Server context() {
        return context;
    }

    /**
     * Reads the files again if they have changed; connections that are open stay as they are.
     *
     * @throws UncheckedIOException if the new files can't be used; the server goes on with the old ones
     */
    synchronized void readAgain() {
        try {
            String now = texts();
            if (now.equals(loaded)) {
                return;
            }
            context.reload(factory -> {
                try {
                    use((SslContextFactory.Server) factory, now);
                } catch (IOException | GeneralSecurityException e) {
                    throw new IllegalArgumentException(e.getMessage(), e);
                }
            });
            this.loaded = now;
            log.info("the TLS certificate {} was read again", files.certificate());
        } catch (Exception e) {
            throw new UncheckedIOException(
                    "the old certificate is still used: " + e.getMessage(), new IOException(e.getMessage(), e));
        }
    }

    private String texts() throws IOException {
        return text(files.certificate()) + "\n" + text(files.key());
    }

    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_FILE) {
            throw new IOException(file + " (expected: a PEM file that the server can read)");
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private void use(SslContextFactory.Server factory, String pem) throws IOException, GeneralSecurityException {
        List<Certificate> chain = List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(text(files.certificate()).getBytes(StandardCharsets.ISO_8859_1))));
        if (chain.isEmpty()) {
            throw new IOException(
                    files.certificate() + " holds no certificate (expected: PEM, the server's own first)");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = "in memory".toCharArray();
        store.setKeyEntry("server", key(pem, chain.get(0)), password, chain.toArray(new Certificate[0]));
        factory.setKeyStore(store);
        factory.setKeyStorePassword(new String(password));
    }

    private PrivateKey key(String pem, Certificate certificate) throws IOException, GeneralSecurityException {
        Matcher matcher = KEY.matcher(pem);
        if (!matcher.find()) {
            throw new IOException(files.key() + " holds no key in PKCS #8 (expected: BEGIN PRIVATE KEY; openssl pkcs8"
                    + " -topk8 -nocrypt -in OLD -out NEW makes one of another)");
        }
        byte[] bytes = Base64.getMimeDecoder().decode(matcher.group(1));
        try {
            PrivateKey key = KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(bytes));
            if (isPair(key, certificate)) {
                return key;
            }
        } catch (InvalidKeySpecException e) {
            log.debug("the key is of another kind than the certificate", e);
        }
        throw new IOException(files.key() + " is not the key of " + files.certificate());
    }

    /** What the one signs, the other confirms. */
    private static boolean isPair(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm();
        Signature signature = Signature.getInstance(
                Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA").getOrDefault(algorithm, algorithm));
        byte[] text = "mayfly".getBytes(StandardCharsets.UTF_8);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certificate);
        signature.update(text);
        return signature.verify(signed);
    }
}
