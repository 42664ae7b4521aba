/**
 * Signs people in at an OpenID Connect provider (authorization code flow with PKCE). Front door: {@link
 * dev.mayfly.account.oidc.OpenIdProvider}.
 */
@NullMarked
package dev.mayfly.account.oidc;

import org.jspecify.annotations.NullMarked;
