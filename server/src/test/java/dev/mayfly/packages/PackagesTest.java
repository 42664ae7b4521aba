package dev.mayfly.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.artifact.OldFolder;
import dev.mayfly.artifact.S3Artifacts;
import dev.mayfly.artifact.S3Location;
import dev.mayfly.artifact.testing.S3Server;
import dev.mayfly.configuration.AllowedFolders;
import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.RunId;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.problem.Refused;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackagesTest {

    @TempDir
    private Path folder;

    private Database database;
    private Packages packages;
    private PackageIndex index;

    @BeforeEach
    void open() {
        database = TestPostgres.database("engine", "server");
        packages = packages(new FolderArtifacts(folder.resolve("a")).ofServer(), "one");
        index = packages.index();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Packages packages(ArtifactStore store, String server) {
        return new Packages(
                database, Clock.systemUTC(), store, AllowedFolders.of(Path.of("/")), folder.resolve("cache-" + server));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static PackageIndex.Arriving arriving(
            PackageKind kind, String name, String version, String file, byte[] bytes) {
        return new PackageIndex.Arriving(
                new PackageKey(kind, name, version), file, Optional.empty(), new ByteArrayInputStream(bytes));
    }

    private PackageIndex.Pushed push(PackageKind kind, String name, String version, String file, byte[] bytes) {
        return index.push(Actor.OWNER, arriving(kind, name, version, file, bytes));
    }

    private PackageFile script(String name, String version, String text) {
        return push(PackageKind.SCRIPT, name, version, name + ".py", utf8(text)).file();
    }

    private static PackageReference script(String text) {
        return PackageReference.parse(PackageKind.SCRIPT, text);
    }

    private String text(PackageReference reference) {
        return index.find(reference)
                .map(file -> {
                    try (ArtifactStore.Content content = index.open(file)) {
                        return new String(content.bytes().readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .orElse("none");
    }

    @Test
    void whatIsStoredNeverChanges() {
        PackageFile first = script("train", "1.0", "a = 1");
        assertThat(push(PackageKind.SCRIPT, "train", "1.0", "train.py", utf8("a = 1")))
                .isEqualTo(new PackageIndex.Pushed(index.files(first.key()).get(0), false));
        assertThatThrownBy(() -> script("train", "1.0", "a = 2"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("File already exists")
                .hasMessageContaining(first.digest().hex());
        assertThatThrownBy(() -> push(PackageKind.SCRIPT, "train", "1.0", "other.py", utf8("a = 1")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("train.py");
        assertThat(text(script("train==1.0"))).isEqualTo("a = 1");
    }

    @Test
    void bytesThatAreNotThoseThatWereSentAreNotKept() {
        PackageIndex.Arriving wrong = new PackageIndex.Arriving(
                new PackageKey(PackageKind.SCRIPT, "train", "1"),
                "train.py",
                Optional.of(Sha256.of("a")),
                new ByteArrayInputStream(utf8("b")));
        assertThatThrownBy(() -> index.push(Actor.OWNER, wrong))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(Sha256.of("a").hex())
                .hasMessageContaining("not stored");
        assertThat(index.all(Scope.EVERYTHING)).isEmpty();
    }

    @Test
    void eachKindHasNamesOfItsOwn() throws IOException {
        PackageReference own = PackageReference.parse(PackageKind.JAR, "mayfly-jobs");
        byte[] old = Wheels.zip(Map.of("Main.class", "old"));
        byte[] newer = Wheels.zip(Map.of("Main.class", "newer"));
        index.storeOwn(
                new PackageKey(PackageKind.JAR, "mayfly-jobs", "1"), Files.write(folder.resolve("own.jar"), old));
        script("mayfly-jobs", "2", "a = 1");

        assertThat(text(own)).isEqualTo(new String(old, StandardCharsets.UTF_8));
        byte[] jar = Wheels.zip(Map.of("a.class", "x"));
        assertThatThrownBy(() -> push(PackageKind.JAR, "mayfly-jobs", "2", "mayfly-jobs-2.jar", jar))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("comes with Mayfly");
        assertThatThrownBy(() -> index.purge(Actor.OWNER, new PackageKey(PackageKind.JAR, "mayfly-jobs", "1")))
                .isInstanceOf(Refused.class);

        index.storeOwn(
                new PackageKey(PackageKind.JAR, "mayfly-jobs", "2"), Files.write(folder.resolve("own.jar"), newer));
        assertThat(text(own)).isEqualTo(new String(newer, StandardCharsets.UTF_8));
        assertThat(index.files(PackageKind.JAR, "mayfly-jobs")).hasSize(1);
    }

    @Test
    void theLatestVersionIsTheHighestThatIsNeitherYankedNorMerelyLeadsToOne() {
        for (String version : List.of("1.9", "1.10", "1.2", "2.0rc1", "1.11.dev3")) {
            script("train", version, version);
        }
        assertThat(text(script("train"))).isEqualTo("1.10");
        index.yank(Actor.OWNER, new PackageKey(PackageKind.SCRIPT, "train", "1.10"), Optional.of("it is slow"));
        assertThat(text(script("train"))).isEqualTo("1.9");
        assertThat(text(script("train==latest"))).isEqualTo("1.9");
        assertThat(text(script("train==1.10"))).isEqualTo("1.10");
        assertThat(index.files(PackageKind.SCRIPT, "train").stream()
                        .map(file -> file.key().version()))
                .containsExactly("2.0rc1", "1.11.dev3", "1.10", "1.9", "1.2");
        index.yank(Actor.OWNER, new PackageKey(PackageKind.SCRIPT, "train", "1.10"), Optional.empty());
        assertThat(text(script("train"))).isEqualTo("1.10");
        assertThat(index.refusal(script("train==3")))
                .hasValueSatisfying(why -> assertThat(why).contains("train==3", "[1.10, 1.11.dev3, 1.2, 1.9, 2.0rc1]"));
        assertThat(index.refusal(script("none")))
                .hasValueSatisfying(why -> assertThat(why).contains("mayfly package push"));
    }

    @Test
    void aRunUsesTheSameBytesWhateverIsPushedMeanwhile() throws IOException {
        script("train", "1", "one");
        RunId run = run();
        JobPackage first = packages.referred(run, script("train"));
        assertThat(first.file()).hasContent("one").hasFileName("train.py");
        script("train", "2", "two");
        index.yank(Actor.OWNER, new PackageKey(PackageKind.SCRIPT, "train", "1"), Optional.of(""));

        assertThat(packages.referred(run, script("train"))).isEqualTo(first);
        assertThat(packages.referred(run(), script("train")).file()).hasContent("two");
        assertThat(packages.used(run)).containsExactly(new Packages.Used("script:train", "train.py", Sha256.of("one")));
        assertThat(packages.now(packages.used(run).get(0))).contains(Sha256.of("two"));

        Path helper = file("helpers.py", "x = 1");
        assertThat(packages.file(run, helper.toString()).file()).hasFileName("helpers.py");
        Files.writeString(helper, "x = 2");
        assertThat(packages.file(run, helper.toString()).file()).hasContent("x = 1");
    }

    @Test
    void onlyWhatNothingRefersToIsPurged() {
        PackageKey first = script("train", "1", "one").key();
        PackageKey second = script("train", "2", "two").key();
        PackageKey twin = script("twin", "1", "one").key();
        RunId run = run();
        packages.referred(run, script("train==1"));
        database.useTransaction(tx -> PackageIndex.mention(tx, "daily", Set.of(script("train"))));

        assertThat(index.use(first)).isEqualTo(new PackageIndex.Use(List.of(), 1));
        assertThat(index.use(second)).isEqualTo(new PackageIndex.Use(List.of("daily"), 0));
        assertThatThrownBy(() -> index.purge(Actor.OWNER, first)).hasMessageContaining("1 runs");
        assertThatThrownBy(() -> index.purge(Actor.OWNER, second)).hasMessageContaining("[daily]");

        index.purge(Actor.OWNER, twin);
        assertThat(packages.referred(run, script("train==1")).file()).hasContent("one");
        assertThat(text(script("train==1")))
                .as("its bytes were the twin's, too")
                .isEqualTo("one");
        database.useTransaction(tx -> PackageIndex.mention(tx, "daily", Set.of()));
        index.purge(Actor.OWNER, second);
        assertThat(index.find(script("train==2"))).isEmpty();
        assertThat(packages.has(Sha256.of("two"), "train.py")).isFalse();
    }

    @Test
    void aWheelSaysWhatItIs() throws IOException {
        byte[] wheel = Wheels.wheel("fraud_training", "1.4.2", "def f(): pass");
        PackageFile stored = push(
                        PackageKind.PYTHON, "fraud-training", "1.4.2", "fraud_training-1.4.2-py3-none-any.whl", wheel)
                .file();
        assertThat(stored.python().orElseThrow().requires()).contains(">=3.8,<4");
        try (ArtifactStore.Content metadata = index.openMetadata(stored)) {
            assertThat(new String(metadata.bytes().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(Wheels.metadata("fraud_training", "1.4.2"));
        }
        byte[] sdist = Wheels.tar("fraud_training-1.4.2/PKG-INFO", Wheels.metadata("fraud_training", "1.4.2"));
        push(PackageKind.PYTHON, "fraud-training", "1.4.2", "fraud_training-1.4.2.tar.gz", sdist);
        assertThat(index.files(stored.key())).hasSize(2);
        assertThat(index.find(PackageReference.parse(PackageKind.PYTHON, "fraud-training"))
                        .orElseThrow()
                        .file())
                .endsWith(".whl");
        assertThat(packages.referred(run(), PackageReference.parse(PackageKind.PYTHON, "fraud-training"))
                        .file())
                .as("Spark knows a zip, but no wheel")
                .hasFileName("fraud_training-1.4.2-py3-none-any.whl.zip");
    }

    static Stream<PackageIndex.Arriving> wrongOnes() {
        byte[] wheel = Wheels.wheel("demo", "1.0", "");
        String name = "demo-1.0-py3-none-any.whl";
        byte[] noMetadata = Wheels.zip(Map.of("demo/a.py", ""));
        byte[] two = Wheels.zip(Map.of("demo-1.0.dist-info/METADATA", "", "x-1.0.dist-info/METADATA", ""));
        return Stream.of(
                arriving(PackageKind.PYTHON, "demo", "1.1", name, wheel),
                arriving(PackageKind.PYTHON, "other", "1.0", name, wheel),
                arriving(PackageKind.PYTHON, "demo", "1.0", "other-1.0-py3-none-any.whl", wheel),
                arriving(PackageKind.PYTHON, "demo", "1.0", "demo-2.0-py3-none-any.whl", wheel),
                arriving(PackageKind.PYTHON, "demo", "1.0", "demo.whl", wheel),
                arriving(PackageKind.PYTHON, "demo", "1.0", name, noMetadata),
                arriving(PackageKind.PYTHON, "demo", "1.0", name, two),
                arriving(PackageKind.PYTHON, "demo", "1.0", name, utf8("no zip")),
                arriving(PackageKind.PYTHON, "demo", "1.0", name, new byte[0]),
                arriving(PackageKind.PYTHON, "demo", "1.0", "demo-1.0.tar.gz", wheel),
                arriving(PackageKind.PYTHON, "demo", "1.0", "demo-1.0.tar.gz", Wheels.tar("demo-1.0/setup.py", "")),
                arriving(PackageKind.JAR, "demo", "1.0", "demo.jar", utf8("no zip")),
                arriving(PackageKind.JAR, "demo", "1.0", "demo.py", utf8("a = 1")),
                arriving(PackageKind.JAR, "demo", "1.0", "../demo.jar", wheel),
                arriving(PackageKind.SCRIPT, "demo", "1.0", "demo.py", new byte[] {(byte) 0xff, 0}),
                arriving(PackageKind.ENVIRONMENT, "demo", "1.0", "demo.tar.gz", utf8("no archive")),
                arriving(PackageKind.ENVIRONMENT, "demo", "1.0", "demo.zip", utf8("no archive")));
    }

    @Test
    void whatWasArrivingWhenAServerWasKilledIsGoneAfterTheNextStart() throws IOException {
        Path left = Files.writeString(index.incoming().resolve("package123"), "half");
        packages(new FolderArtifacts(folder.resolve("a")).ofServer(), "one");
        assertThat(left).doesNotExist();
    }

    @Test
    void whatIsNotWhatItSaysIsRefused() {
        wrongOnes()
                .forEach(wrong -> assertThatThrownBy(() -> index.push(Actor.OWNER, wrong))
                        .as(wrong.key() + " " + wrong.name())
                        .isInstanceOf(Refused.class)
                        .hasMessageContaining("expected")
                        .hasMessageNotContaining(folder.toString()));
        assertThat(index.all(Scope.EVERYTHING)).isEmpty();
        assertThat(folder.resolve("cache-one/incoming")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a--b", "-a", "a_b", "a/b", "a b", "..", "ä", "a\nb"})
    void namesHaveOneForm(String name) {
        assertThatThrownBy(() -> new PackageKey(PackageKind.JAR, name, "1"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("expected");
        assertThatThrownBy(() -> PackageReference.parse(PackageKind.JAR, name + "==1"))
                .isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "1/2", "..", "1 2", "-1", "\u0661"})
    void versionsAreShortTexts(String version) {
        assertThatThrownBy(() -> new PackageKey(PackageKind.JAR, "a", version))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("expected");
    }

    @Test
    void anotherServerHasWhatOneStored() {
        try (S3Server s3 = S3Server.start();
                ArtifactStore clients =
                        new S3Artifacts(s3.connection(), S3Location.parse("s3://" + S3Server.BUCKET + "/here"));
                ArtifactStore store = clients.ofServer()) {
            packages(store, "one").index().push(Actor.OWNER, arriving(PackageKind.SCRIPT, "a", "1", "a.py", utf8("a")));
            JobPackage found = packages(store, "two").referred(run(), script("a"));
            assertThat(found.digest()).isEqualTo(Sha256.of("a"));
            assertThat(found.file()).hasContent("a").hasFileName("a.py");
        }
    }

    @Test
    void aPackageWhoseBytesAreGoneSaysSo() {
        script("a", "1", "a");
        Packages other = packages(new FolderArtifacts(folder.resolve("empty")), "two");
        assertThatThrownBy(() -> other.referred(run(), script("a")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("script:a can't be fetched")
                .hasMessageContaining("store it again");
    }

    @Test
    void theFolderOfAnEarlierVersionIsMovedToTheStore() throws IOException {
        Path old = Files.createDirectories(folder.resolve("packages"));
        Files.writeString(old.resolve(Sha256.of("bytes") + ".jar"), "bytes");
        Files.writeString(old.resolve("incoming1.tmp"), "half");

        packages.adopt(new OldFolder(old));
        packages.adopt(new OldFolder(old));

        assertThat(packages.has(Sha256.of("bytes"), "jobs.jar")).isTrue();
        assertThat(old).doesNotExist();
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static RunId run() {
        return new RunId(UUID.randomUUID());
    }
}
