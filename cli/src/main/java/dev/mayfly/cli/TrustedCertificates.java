package dev.mayfly.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificates by which servers are trusted: those of the JDK, or those that {@code MAYFLY_CA_CERT} names. */
final class TrustedCertificates {

    private static final String VARIABLE = "MAYFLY_CA_CERT";

    private TrustedCertificates() {}

    /** Trusts what the variable names, in the whole process. */
    static void use(Map<String, String> variables) {
        Optional<Path> file = Optional.ofNullable(variables.get(VARIABLE))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
        if (file.isEmpty()) {
            return;
        }
        try (InputStream pem = Files.newInputStream(file.get())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw new IOException("it holds no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), new SecureRandom());
            SSLContext.setDefault(context);
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailed(
                    CommandFailed.FAILED,
                    VARIABLE + "=" + file.get() + " can't be used (" + e.getMessage()
                            + "; expected: a PEM file with the certificates of those who sign servers')");
        }
    }
}
