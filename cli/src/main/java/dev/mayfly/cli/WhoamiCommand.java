package dev.mayfly.cli;

import dev.mayfly.api.Input;
import dev.mayfly.api.TokenApi;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mayfly whoami}. */
@Command(
        name = "whoami",
        mixinStandardHelpOptions = true,
        description = "Shows whose commands these are, and what they are granted.")
final class WhoamiCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Override
    public Integer call() {
        TokenApi.Caller caller = server.api().call(TokenApi.WHOAMI, new Input.Nothing());
        return server.print(caller, () -> {
            System.out.println(caller.name() + (caller.token() == null ? "" : ", with token " + caller.token()));
            caller.grants().forEach(grant -> System.out.println("  " + AccountCommand.words(grant)));
        });
    }
}
