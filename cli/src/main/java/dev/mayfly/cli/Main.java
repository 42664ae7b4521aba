package dev.mayfly.cli;

import dev.mayfly.api.ApiFailure;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** {@code mayfly}: its subcommands, and how their failures are shown. */
@Command(
        name = "mayfly",
        mixinStandardHelpOptions = true,
        version = "mayfly 0.1.0",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description = "Retrains Spark models on clusters that live only as long as the job.",
        subcommands = {
            DemoCommand.class,
            PipelineCommand.class,
            RunCommand.class,
            ClusterCommand.class,
            ModelCommand.class,
            StatusCommand.class,
            LoginCommand.class,
            LogoutCommand.class,
            WhoamiCommand.class,
            PackageCommand.class,
            PythonCommand.class,
            AccountCommand.class,
            TokenCommand.class,
            AuditCommand.class,
            PurgeCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "  server    Runs the control plane (its own help: mayfly server --help).",
            "  reaper    Deletes orphaned clusters (mayfly reaper --help).",
            "  fake-cloud  Stands in for Yandex Cloud on this machine (mayfly fake-cloud --help).",
            "",
            "Commands talk to the server at --server, or MAYFLY_URL, or http://127.0.0.1:8484, with the token in",
            "MAYFLY_TOKEN, or the one of 'mayfly login', or the owner's in the data folder of a server on this machine",
            "(MAYFLY_DATA, or mayfly-data). MAYFLY_CA_CERT names a PEM file with the certificates to trust.",
            "Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 no server there, 130 interrupted.",
            "",
            "Examples:",
            "  mayfly demo",
            "  mayfly server --data /var/lib/mayfly",
            "  mayfly pipeline apply train.yaml && mayfly pipeline run train --wait",
            "  mayfly run logs 3f2a --follow"
        })
final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.setOut(SafeOutput.around(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out))));
        System.setErr(SafeOutput.around(new BufferedOutputStream(new FileOutputStream(FileDescriptor.err))));
        System.exit(execute(arguments));
    }

    /** Runs a command line and returns its exit code. */
    static int execute(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setUsageHelpWidth(100);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof CommandFailed known) {
                System.err.println("mayfly: " + known.getMessage());
                return known.exitCode();
            }
            if (failure instanceof ApiFailure refused) {
                System.err.println("mayfly: " + refused.getMessage());
                return refused.status() == 0 ? CommandFailed.NO_SERVER : CommandFailed.FAILED;
            }
            throw failure;
        });
        line.setParameterExceptionHandler((failure, ignored) -> usage(failure));
        line.setExecutionStrategy(parsed -> {
            TrustedCertificates.use(System.getenv());
            return new CommandLine.RunLast().execute(parsed);
        });
        return line.execute(arguments);
    }

    private static int usage(ParameterException failure) {
        String name = failure.getCommandLine().getCommandSpec().qualifiedName();
        System.err.println("mayfly: " + failure.getMessage());
        System.err.println("try: " + name + " --help");
        return 2;
    }
}
