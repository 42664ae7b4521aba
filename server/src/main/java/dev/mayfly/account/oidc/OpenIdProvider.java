package dev.mayfly.account.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationErrorResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.mayfly.account.Identity;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.problem.Refused;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The provider at which people sign in: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636). What the
 * provider says of itself is asked for at the first sign-in, and again every ten minutes. Thread-safe.
 */
public final class OpenIdProvider {

    private static final int PATIENCE_MILLIS = 5_000;
    private static final int LARGEST_ANSWER = 256 << 10;
    private static final Duration FRESH = Duration.ofMinutes(10);
    /** So long nobody waits for a provider that did not answer. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private static final int MOST_AT_ONCE = 16;
    private static final int LONGEST_SHOWN = 200;

    private final OidcConfig config;
    private final Clock clock;
    /** Whoever signs in holds a thread while the provider thinks: few may. */
    private final Semaphore turns = new Semaphore(MOST_AT_ONCE);

    private @Nullable Known known;
    private Instant nextTry = Instant.EPOCH;

    /** What the provider says of itself, and what checks its tokens. */
    private record Known(OIDCProviderMetadata metadata, IDTokenValidator validator, Instant until) {}

    public OpenIdProvider(OidcConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** What the button on the sign-in page says. */
    public String label() {
        return config.label();
    }

    /**
     * A sign-in that has begun: what the browser keeps while its person is with the provider.
     *
     * @param state that comes back with the code
     * @param nonce that is in the token
     * @param verifier that proves that whoever has the code began this
     */
    public record Attempt(String state, String nonce, String verifier) {

        public static Attempt random() {
            return new Attempt(new State().getValue(), new Nonce().getValue(), new CodeVerifier().getValue());
        }

        /** Reads what {@link #text} wrote; empty if it is nothing such. */
        public static Optional<Attempt> parse(String text) {
            String[] parts = text.split("~", -1);
            boolean isOne = parts.length == 3 && parts[2].matches("[A-Za-z0-9_-]{43,128}");
            return isOne ? Optional.of(new Attempt(parts[0], parts[1], parts[2])) : Optional.empty();
        }

        public String text() {
            return state + "~" + nonce + "~" + verifier;
        }
    }

    /**
     * Where to send a browser.
     *
     * @param callback where the provider sends it back to
     * @throws dev.mayfly.problem.Unreachable if the provider does not answer
     */
    public URI signInAt(Attempt attempt, URI callback) {
        Scope scope = new Scope("openid");
        config.scopes().forEach(scope::add);
        return new AuthenticationRequest.Builder(ResponseType.CODE, scope, new ClientID(config.clientId()), callback)
                .endpointURI(known().metadata().getAuthorizationEndpointURI())
                .state(new State(attempt.state()))
                .nonce(new Nonce(attempt.nonce()))
                .codeChallenge(new CodeVerifier(attempt.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /**
     * Who came back.
     *
     * @param answer the address that the provider sent the browser to, with its query
     * @throws Refused if the provider refused, the answer is to another attempt, or its token is not valid
     * @throws dev.mayfly.problem.Unreachable if the provider does not answer
     */
    public Identity finish(Attempt attempt, URI callback, URI answer) {
        if (!turns.tryAcquire()) {
            throw unavailable(new IOException("more than " + MOST_AT_ONCE + " people sign in at once"));
        }
        try {
            return identity(attempt, callback, answer);
        } finally {
            turns.release();
        }
    }

    private Identity identity(Attempt attempt, URI callback, URI answer) {
        AuthorizationCode code = code(attempt, answer);
        try {
            OIDCTokens tokens = tokens(code, attempt, callback);
            IDTokenClaimsSet claims = known().validator().validate(tokens.getIDToken(), new Nonce(attempt.nonce()));
            String name = Optional.ofNullable(
                            claims.getStringClaim(config.claims().name()))
                    .orElseThrow(() -> refused("the provider's token has no claim '"
                            + config.claims().name() + "' (expected: the name of the account; oidc.name_claim)"));
            return new Identity(
                    claims.getIssuer().getValue(),
                    claims.getSubject().getValue(),
                    name,
                    config.granted(groups(claims, tokens)));
        } catch (BadJOSEException | com.nimbusds.jose.JOSEException e) {
            throw refused("the provider's token is not valid: " + brief(e.getMessage()));
        } catch (IOException | ParseException e) {
            throw unavailable(e);
        }
    }

    private ProviderUnavailable unavailable(Exception cause) {
        return new ProviderUnavailable("sign-in provider " + config.issuer() + ": " + cause.getMessage(), cause);
    }

    private AuthorizationCode code(Attempt attempt, URI answer) {
        AuthenticationResponse response;
        try {
            response = AuthenticationResponseParser.parse(answer);
        } catch (ParseException e) {
            throw Refused.invalid("the provider's answer can't be read: " + brief(e.getMessage()));
        }
        if (response.getState() == null || !response.getState().getValue().equals(attempt.state())) {
            throw refused(
                    "the answer belongs to another sign-in (expected: the one that this browser began; begin again)");
        }
        Issuer issuer = response.getIssuer();
        if (issuer != null && !issuer.equals(known().metadata().getIssuer())) {
            throw refused("the answer is of another provider, " + brief(issuer.getValue()));
        }
        if (response instanceof AuthenticationErrorResponse error) {
            throw refused("the provider refused: "
                    + brief(String.valueOf(error.getErrorObject().getDescription())));
        }
        return response.toSuccessResponse().getAuthorizationCode();
    }

    private OIDCTokens tokens(AuthorizationCode code, Attempt attempt, URI callback)
            throws IOException, ParseException {
        AuthorizationCodeGrant grant = new AuthorizationCodeGrant(code, callback, new CodeVerifier(attempt.verifier()));
        URI endpoint = known().metadata().getTokenEndpointURI();
        ClientID client = new ClientID(config.clientId());
        TokenRequest request = config.clientSecret()
                .map(secret ->
                        new TokenRequest.Builder(endpoint, new ClientSecretBasic(client, new Secret(secret)), grant))
                .orElseGet(() -> new TokenRequest.Builder(endpoint, client, grant))
                .build();
        TokenResponse response =
                OIDCTokenResponseParser.parse(patient(request.toHTTPRequest()).send());
        if (!response.indicatesSuccess()) {
            throw refused("the provider gives no token: "
                    + brief(String.valueOf(
                            response.toErrorResponse().getErrorObject().getDescription())));
        }
        return ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
    }

    /** Some providers tell groups only to who asks for them. */
    private List<String> groups(IDTokenClaimsSet claims, OIDCTokens tokens) throws IOException, ParseException {
        Optional<List<String>> inToken = groups(claims);
        URI endpoint = known().metadata().getUserInfoEndpointURI();
        if (inToken.isPresent() || endpoint == null || tokens.getBearerAccessToken() == null) {
            return inToken.orElse(List.of());
        }
        HTTPRequest request = new UserInfoRequest(endpoint, tokens.getBearerAccessToken()).toHTTPRequest();
        UserInfoResponse response = UserInfoResponse.parse(patient(request).send());
        boolean isSame = response.indicatesSuccess()
                && response.toSuccessResponse().getUserInfo() != null
                && response.toSuccessResponse().getUserInfo().getSubject().equals(claims.getSubject());
        return isSame ? groups(response.toSuccessResponse().getUserInfo()).orElse(List.of()) : List.of();
    }

    private Optional<List<String>> groups(ClaimsSet claims) {
        return claims.getClaim(config.claims().groups()) instanceof List<?> list
                ? Optional.of(list.stream().map(String::valueOf).toList())
                : Optional.empty();
    }

    private synchronized Known known() {
        Instant now = clock.instant();
        Known before = known;
        if (before != null && now.isBefore(before.until())) {
            return before;
        }
        if (now.isBefore(nextTry)) {
            throw unavailable(new IOException("it did not answer a moment ago"));
        }
        try {
            OIDCProviderMetadata metadata =
                    OIDCProviderMetadata.resolve(new Issuer(config.issuer()), PATIENCE_MILLIS, PATIENCE_MILLIS);
            JWKSource<SecurityContext> keys = JWKSourceBuilder.create(
                            metadata.getJWKSetURI().toURL(),
                            new DefaultResourceRetriever(PATIENCE_MILLIS, PATIENCE_MILLIS, LARGEST_ANSWER))
                    .build();
            IDTokenValidator validator = new IDTokenValidator(
                    metadata.getIssuer(),
                    new ClientID(config.clientId()),
                    new JWSVerificationKeySelector<>(signatures(metadata), keys),
                    null);
            Known made = new Known(metadata, validator, now.plus(FRESH));
            this.known = made;
            return made;
        } catch (GeneralException | IOException e) {
            this.nextTry = clock.instant().plus(AFTER_FAILURE);
            throw unavailable(e);
        }
    }

    /** Those by a key pair: a client's secret is too short to sign who somebody is. */
    private static Set<JWSAlgorithm> signatures(OIDCProviderMetadata metadata) {
        Set<JWSAlgorithm> allowed = new HashSet<>(JWSAlgorithm.Family.SIGNATURE);
        List<JWSAlgorithm> offered = metadata.getIDTokenJWSAlgs();
        return offered == null
                ? Set.of(JWSAlgorithm.RS256)
                : offered.stream().filter(allowed::contains).collect(Collectors.toUnmodifiableSet());
    }

    private static HTTPRequest patient(HTTPRequest request) {
        request.setConnectTimeout(PATIENCE_MILLIS);
        request.setReadTimeout(PATIENCE_MILLIS);
        request.setFollowRedirects(false);
        return request;
    }

    private static String brief(@Nullable String text) {
        String words = String.valueOf(text).replaceAll("\\p{Cntrl}", " ");
        return words.length() > LONGEST_SHOWN ? words.substring(0, LONGEST_SHOWN) + "..." : words;
    }

    private static Refused refused(String why) {
        return new Refused(ErrorKind.UNAUTHENTICATED, why);
    }
}
