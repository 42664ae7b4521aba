package dev.mayfly.app;

import dev.mayfly.cluster.PythonModule;
import dev.mayfly.packages.PackageKey;
import dev.mayfly.packages.PackageKind;
import dev.mayfly.packages.Packages;
import dev.mayfly.packages.PureWheel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes with Mayfly among the packages: the jar of its jobs, and the Python module {@code mayfly} as a wheel. */
final class OwnPackages {

    private static final Logger log = LoggerFactory.getLogger(OwnPackages.class);

    private OwnPackages() {}

    static void store(Packages packages, Path home) {
        String said = ControlPlane.class.getPackage().getImplementationVersion();
        String version = said == null ? "0" : said;
        Path jobs = home.resolve("dist/jobs/mayfly-jobs.jar");
        if (Files.exists(jobs)) {
            packages.index().storeOwn(new PackageKey(PackageKind.JAR, "mayfly-jobs", version), jobs);
        } else {
            log.warn("{} does not exist: pipelines that use the package mayfly-jobs will fail", jobs);
        }
        storeModule(packages, version.replace("-SNAPSHOT", ".dev0"));
    }

    private static void storeModule(Packages packages, String version) {
        try {
            Path folder = Files.createTempDirectory("mayfly-wheel");
            Path wheel = folder.resolve("mayfly-" + version + "-py3-none-any.whl");
            try {
                PureWheel.write(
                        wheel,
                        new PackageKey(PackageKind.PYTHON, "mayfly", version),
                        "What a job asks of Mayfly: secrets, and where it belongs",
                        Map.of(PythonModule.FILE, PythonModule.TEXT));
                packages.index().storeOwn(new PackageKey(PackageKind.PYTHON, "mayfly", version), wheel);
            } finally {
                Files.deleteIfExists(wheel);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
