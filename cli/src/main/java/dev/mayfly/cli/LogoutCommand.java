package dev.mayfly.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mayfly logout}: forgets the token for a server. */
@Command(
        name = "logout",
        mixinStandardHelpOptions = true,
        description = "Forgets the token for a server. It stays valid: 'mayfly token revoke' ends it.")
final class LogoutCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Override
    public Integer call() {
        boolean had = new Credentials(System.getenv()).forget(server.url());
        System.out.println((had ? "forgot the token for " : "no token was kept for ") + server.url());
        return 0;
    }
}
