package dev.mayfly.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayfly model serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Serves over HTTP the version that an alias means, and follows the alias when it moves.",
        footer = {
            "",
            "Send rows to POST /invocations as to MLflow's scoring server, such as the example stored with a model:",
            "  curl -H 'Content-Type: application/json' -d @serving_input_example.json"
                    + " http://127.0.0.1:8585/invocations"
        })
final class ServeCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "NAME@ALIAS", description = "Such as card-fraud@champion.")
    private String model = "";

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Where to listen (default: 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "The port; 0 for any free one (default: 8585).")
    private int port = 8585;

    @Option(
            names = "--refresh",
            paramLabel = "SECONDS",
            description = "How often to check for another version (default: 5).")
    private int refresh = 5;

    @Override
    public Integer call() throws InterruptedException {
        int at = model.lastIndexOf('@');
        if (at < 1 || at == model.length() - 1) {
            throw new CommandFailed(
                    CommandFailed.USAGE, "model '" + model + "' (expected: NAME@ALIAS, such as card-fraud@champion)");
        }
        if (refresh < 1 || port < 0 || port > 65_535) {
            throw new CommandFailed(
                    CommandFailed.USAGE,
                    "--refresh " + refresh + ", --port " + port + " (expected: at least 1, and 0 to 65535)");
        }
        ServedModel served = new ServedModel(server.api(), model.substring(0, at), model.substring(at + 1));
        served.refresh();
        try {
            ModelServer listening = ModelServer.start(served, new InetSocketAddress(host, port), refresh);
            Runtime.getRuntime().addShutdownHook(new Thread(listening::close, "stop-serving"));
            System.out.println(served + " version " + served.current().number() + " at http://" + host + ":"
                    + listening.port() + "/invocations (Ctrl-C stops)");
        } catch (IOException e) {
            throw new CommandFailed(
                    CommandFailed.FAILED, "can't listen at " + host + ":" + port + ": " + e.getMessage());
        }
        new CountDownLatch(1).await();
        return 0;
    }
}
