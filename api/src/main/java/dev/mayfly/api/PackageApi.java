package dev.mayfly.api;

import static dev.mayfly.api.ErrorKind.ALREADY_EXISTS;
import static dev.mayfly.api.ErrorKind.MISSING;
import static dev.mayfly.api.ErrorKind.WRONG_STATE;
import static dev.mayfly.api.Right.ADMIN;
import static dev.mayfly.api.Right.AUTHOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.PACKAGE;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/packages}: what jobs run, by kind, name and version. What is stored never changes. */
public final class PackageApi {

    private static final String PATH = "/api/v1/packages";
    private static final String VERSION = PATH + "/{kind}/{name}/{version}";
    private static final String BYTES = "application/octet-stream";

    /** A package, as lists show it. */
    public record PackageSummary(
            @Doc("python, jar, script, environment or init") String kind,
            String name,

            @Doc("What a reference without a version means; none if all versions are yanked") @Nullable
            String latest,

            @Doc("How many versions there are") int versions,
            @Doc("Of all its files") long bytes,
            @Doc("When its newest file was stored") Instant stored) {}

    /** A version of a package. */
    public record PackageVersion(
            String kind,
            String name,
            String version,
            List<PackageFile> files,

            @Doc("Why only those who ask for exactly this version get it; none if everybody does") @Nullable
            String yanked,

            @Doc("The pipelines whose text refers to it") List<String> pipelines,
            @Doc("How many runs have used it") long runs) {}

    /** A file of a version. */
    public record PackageFile(
            String name,
            String sha256,
            long bytes,
            Instant stored,
            String storedBy,

            @Doc("The versions of Python that it works with; none if it does not say") @Nullable
            String requiresPython) {}

    /** Which packages. */
    public record Which(
            @Doc("python, jar, script, environment or init; all of them if it is not given") @Nullable
            String kind) {}

    /** A package. */
    public record ByName(String kind, String name) {}

    /** A version of a package. */
    public record ByVersion(String kind, String name, String version) {}

    /** A file to store. */
    public record Push(
            String kind,
            String name,
            String version,
            @Doc("The file's own name, which it keeps") String file,

            @Doc("That its bytes must have, in hexadecimal digits") @Nullable
            String sha256) {}

    /** A file of a version. */
    public record ByFile(String kind, String name, String version, String file) {}

    /** A file that was stored. */
    public record PushedPackage(
            String kind,
            String name,
            String version,
            PackageFile file,
            @Doc("Whether the same bytes were there before") boolean wasThere) {}

    /** A version to yank. */
    public record Yank(
            String kind,
            String name,
            String version,

            @Doc("Why, for those who meet it") @Nullable String reason) {}

    /** What was deleted. */
    public record PurgedPackage(
            String kind,
            String name,
            String version,
            @Doc("How many files it had") int files) {}

    public static final Route<Which, List<PackageSummary>> LIST = Route.get(
            PATH,
            "The packages, by kind and name",
            VIEWER.scoped(),
            Input.query(Which.class),
            Output.listOf(PackageSummary.class));

    public static final Route<ByName, List<PackageVersion>> SHOW = Route.get(
            PATH + "/{kind}/{name}",
            "The versions of a package, the highest first, and who uses them",
            VIEWER.of(PACKAGE.in("name")),
            Input.query(ByName.class),
            Output.listOf(PackageVersion.class),
            MISSING);

    public static final Route<Push, PushedPackage> PUSH = new Route<>(
            Method.PUT,
            VERSION + "/{file}",
            "Stores a file of a version; the same bytes may be sent again, others are refused",
            AUTHOR.of(PACKAGE.in("name")),
            Input.bytes(Push.class, BYTES),
            Output.of(PushedPackage.class),
            Set.of(ALREADY_EXISTS));

    public static final Route<ByFile, byte[]> FILE = Route.get(
            VERSION + "/{file}",
            "A file of a version",
            VIEWER.of(PACKAGE.in("name")),
            Input.query(ByFile.class),
            Output.bytes(BYTES),
            MISSING);

    public static final Route<Yank, PackageVersion> YANK = Route.post(
            VERSION + "/yank",
            "Keeps a version from those who do not ask for exactly it",
            AUTHOR.of(PACKAGE.in("name")),
            Input.query(Yank.class),
            Output.of(PackageVersion.class),
            MISSING);

    public static final Route<ByVersion, PackageVersion> UNYANK = Route.post(
            VERSION + "/unyank",
            "Offers a version again",
            AUTHOR.of(PACKAGE.in("name")),
            Input.query(ByVersion.class),
            Output.of(PackageVersion.class),
            MISSING);

    public static final Route<ByVersion, PurgedPackage> PURGE = Route.delete(
            VERSION,
            "Deletes a version for good, if no pipeline and no run refers to it",
            ADMIN.of(PACKAGE.in("name")),
            Input.query(ByVersion.class),
            Output.of(PurgedPackage.class),
            MISSING,
            WRONG_STATE);

    public static final List<Route<?, ?>> ROUTES = List.of(LIST, SHOW, PUSH, FILE, YANK, UNYANK, PURGE);

    private PackageApi() {}
}
