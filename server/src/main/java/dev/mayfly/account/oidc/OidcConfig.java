package dev.mayfly.account.oidc;

import dev.mayfly.access.Grant;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.configuration.Section;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where people sign in, and what their groups may do.
 *
 * @param label of the button on the sign-in page
 */
public record OidcConfig(
        URI issuer,
        String clientId,
        Optional<String> clientSecret,
        String label,
        List<String> scopes,
        Claims claims,
        List<GroupGrant> grants) {

    private static final Pattern GRANT = Pattern.compile("\\s*(.+?)\\s*:\\s*(\\S+)(?:\\s+(\\S+))?(?:\\s+(\\S+))?\\s*");

    /** Which claims say what somebody is called and which groups they are in. */
    public record Claims(String name, String groups) {}

    /** What a group grants; the group {@code *} is everybody. */
    public record GroupGrant(String group, Grant grant) {}

    /** Reads where people sign in; empty if the file does not say. */
    public static Optional<OidcConfig> read(Section root) {
        Section oidc = root.section("oidc");
        Optional<URI> issuer = oidc.value(
                "issuer",
                "the OpenID Connect provider at which people sign in, such as https://id.example.com/realms/ml",
                OidcConfig::issuer);
        if (issuer.isEmpty() && !oidc.isEmpty()) {
            throw new IllegalArgumentException("oidc.issuer is missing (expected: the address of the provider)");
        }
        String id = oidc.text("client_id", "mayfly", "the name that the provider knows this installation by");
        Optional<String> secret =
                oidc.secret("client_secret", "a reference to the secret that goes with it, such as env:OIDC_SECRET");
        String label = oidc.text("label", "Sign in with single sign-on", "what the button on the sign-in page says");
        List<String> scopes = oidc.texts("scopes", "asked for besides openid; absent: profile, email");
        Claims claims = new Claims(
                oidc.text("name_claim", "preferred_username", "the claim that names the account, such as email"),
                oidc.text("groups_claim", "groups", "the claim that lists the groups of a person"));
        List<String> grants = oidc.texts(
                "grants",
                "what members of a group may do, each as GROUP: RIGHT [KIND] [PATTERN], such as 'analysts: viewer model"
                        + " fraud-*'; the group * is everybody");
        return issuer.map(uri -> new OidcConfig(
                uri,
                id,
                secret,
                label,
                scopes.isEmpty() ? List.of("profile", "email") : scopes,
                claims,
                grants.stream().map(OidcConfig::grant).toList()));
    }

    private static URI issuer(String text) {
        try {
            URI uri = URI.create(text);
            boolean isLocal = List.of("127.0.0.1", "localhost", "[::1]").contains(String.valueOf(uri.getHost()));
            if ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isLocal)) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new IllegalArgumentException(text + " (expected: https://..., or http on this machine)");
    }

    static GroupGrant grant(String text) {
        Matcher matcher = GRANT.matcher(text);
        String expected = " (expected: GROUP: RIGHT [KIND] [PATTERN], such as 'analysts: viewer model fraud-*')";
        if (!matcher.matches()) {
            throw new IllegalArgumentException("oidc.grants: '" + text + "'" + expected);
        }
        Optional<ResourceKind> kind =
                Optional.ofNullable(matcher.group(3)).flatMap(word -> word(ResourceKind.values(), word));
        String pattern = kind.isPresent() ? matcher.group(4) : matcher.group(3);
        Right right = word(Right.values(), matcher.group(2))
                .filter(some -> some != Right.PUBLIC)
                .orElseThrow(() -> new IllegalArgumentException("oidc.grants: '" + text + "': right '"
                        + matcher.group(2) + "' (expected: viewer, editor, operator, author or admin)"));
        if (kind.isEmpty() && matcher.group(4) != null) {
            throw new IllegalArgumentException("oidc.grants: '" + text + "'" + expected);
        }
        return new GroupGrant(matcher.group(1), new Grant(right, kind, pattern == null ? "*" : pattern));
    }

    private static <E extends Enum<E>> Optional<E> word(E[] all, String word) {
        return Arrays.stream(all)
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst();
    }

    /** What the groups of somebody grant. */
    List<Grant> granted(List<String> groups) {
        List<Grant> granted = new ArrayList<>();
        for (GroupGrant each : grants) {
            if (each.group().equals("*") || groups.contains(each.group())) {
                granted.add(each.grant());
            }
        }
        return granted;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "OidcConfig[" + issuer + ", " + clientId + "]";
    }
}
