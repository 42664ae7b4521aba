package dev.mayfly.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * A model of creates whose answers get lost: every interleaving of three clients that send the same content, of their repetitions, of
 * crashes and of forgetting. One claim is one step, as the row lock of the table makes it. Besides the protocol in use, the one that it
 * replaced, which took an equal content for a repetition: the checker must find its fault, or it would find none.
 */
class IdempotencyModelTest {

    private static final int ATTEMPTS = 2;

    /** A client: the key of its request, how often it may still send it, what the server made and has not answered, its answer. */
    private record Client(String key, int attempts, Optional<Integer> unanswered, Optional<Integer> answer) {

        Client claimed(int id) {
            return new Client(key, attempts - 1, Optional.of(id), answer);
        }

        Client lost() {
            return new Client(key, attempts, Optional.empty(), answer);
        }

        Client answered() {
            return new Client(key, 0, Optional.empty(), unanswered);
        }

        boolean maySend() {
            return attempts > 0 && unanswered.isEmpty() && answer.isEmpty();
        }
    }

    /**
     * What the server keeps.
     *
     * @param rows what was made for a digest
     * @param underWay in memory: digests of requests under way, or answered and not yet forgotten
     * @param answered in memory: digests to forget
     * @param forgetting those whose rows are deleted, and which are still under way
     */
    private record Server(
            Map<String, Integer> rows,
            Set<String> underWay,
            List<String> answered,
            List<String> forgetting,
            int made) {}

    private record World(List<Client> clients, Server server) {

        World with(int number, Client client, Server next) {
            List<Client> changed = new ArrayList<>(clients);
            changed.set(number, client);
            return new World(List.copyOf(changed), next);
        }
    }

    private record Claimed(int id, Server server) {}

    /** What the server does with a request, with the end of its answer, and by itself. */
    private interface Protocol {
        Claimed claim(Server server, String key);

        Server answerEnds(Server server, boolean arrived);

        List<Server> ownSteps(Server server);
    }

    /** The protocol in use: only a key tells that two requests are one. */
    private static final class ByKey implements Protocol {
        @Override
        public Claimed claim(Server server, String key) {
            return key.isEmpty() ? make(server) : findOrMake(server, key);
        }

        @Override
        public Server answerEnds(Server server, boolean arrived) {
            return server;
        }

        @Override
        public List<Server> ownSteps(Server server) {
            return List.of(); // what is older than a day is forgotten, and no client of the model tries so long
        }
    }

    /** The protocol that was replaced: remembered until its answer has arrived, an equal content is a repetition. */
    private static final class ByContent implements Protocol {

        private static final String DIGEST = "content";

        @Override
        public Claimed claim(Server server, String key) {
            Set<String> underWay = new HashSet<>(server.underWay);
            boolean counts = underWay.add(DIGEST);
            Server begun = new Server(server.rows, underWay, server.answered, server.forgetting, server.made);
            return counts ? findOrMake(begun, DIGEST) : replace(begun, DIGEST);
        }

        @Override
        public Server answerEnds(Server server, boolean arrived) {
            List<String> answered = new ArrayList<>(server.answered);
            Set<String> underWay = new HashSet<>(server.underWay);
            if (arrived) {
                answered.add(DIGEST);
            } else {
                underWay.remove(DIGEST);
            }
            return new Server(server.rows, underWay, answered, server.forgetting, server.made);
        }

        /** Forgetting deletes rows in a transaction, and releases the digests after it. */
        @Override
        public List<Server> ownSteps(Server server) {
            if (!server.forgetting.isEmpty()) {
                Set<String> underWay = new HashSet<>(server.underWay);
                server.forgetting.forEach(underWay::remove);
                return List.of(new Server(server.rows, underWay, server.answered, List.of(), server.made));
            }
            if (server.answered.isEmpty()) {
                return List.of();
            }
            Map<String, Integer> rows = new HashMap<>(server.rows);
            server.answered.forEach(rows::remove);
            return List.of(new Server(rows, server.underWay, List.of(), server.answered, server.made));
        }
    }

    private static Claimed make(Server server) {
        int id = server.made + 1;
        return new Claimed(id, new Server(server.rows, server.underWay, server.answered, server.forgetting, id));
    }

    private static Claimed findOrMake(Server server, String digest) {
        Integer before = server.rows.get(digest);
        return before == null ? replace(server, digest) : new Claimed(before, server);
    }

    private static Claimed replace(Server server, String digest) {
        Claimed made = make(server);
        Map<String, Integer> rows = new HashMap<>(server.rows);
        rows.put(digest, made.id());
        Server after = made.server();
        return new Claimed(made.id(), new Server(rows, after.underWay, after.answered, after.forgetting, after.made));
    }

    private static List<World> next(Protocol protocol, World world) {
        List<World> next = new ArrayList<>();
        for (int n = 0; n < world.clients.size(); n++) {
            Client client = world.clients.get(n);
            if (client.maySend()) {
                Claimed claimed = protocol.claim(world.server, client.key);
                next.add(world.with(n, client.claimed(claimed.id()), claimed.server()));
            }
            if (client.unanswered.isPresent()) {
                next.add(world.with(n, client.answered(), protocol.answerEnds(world.server, true)));
                next.add(world.with(n, client.lost(), protocol.answerEnds(world.server, false)));
            }
        }
        protocol.ownSteps(world.server).forEach(server -> next.add(new World(world.clients, server)));
        next.add(crashed(world));
        return next;
    }

    /** Rows stay; memory and answers are lost. */
    private static World crashed(World world) {
        List<Client> clients = world.clients.stream()
                .map(client -> client.unanswered.isPresent() ? client.lost() : client)
                .toList();
        return new World(clients, new Server(world.server.rows, Set.of(), List.of(), List.of(), world.server.made));
    }

    private record Explored(int worlds, Optional<World> wrong) {}

    private static Explored explore(Protocol protocol, List<String> keys, Function<World, Boolean> isRight) {
        List<Client> clients = keys.stream()
                .map(key -> new Client(key, ATTEMPTS, Optional.empty(), Optional.empty()))
                .toList();
        World first = new World(clients, new Server(Map.of(), Set.of(), List.of(), List.of(), 0));
        Set<World> seen = new HashSet<>(Set.of(first));
        Deque<World> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            World world = open.remove();
            if (!isRight.apply(world)) {
                return new Explored(seen.size(), Optional.of(world));
            }
            next(protocol, world).stream().filter(seen::add).forEach(open::add);
        }
        return new Explored(seen.size(), Optional.empty());
    }

    /** No two clients were told of one thing. */
    private static boolean everyoneHasOneOfTheirOwn(World world) {
        List<Integer> answers =
                world.clients.stream().flatMap(client -> client.answer.stream()).toList();
        return new HashSet<>(answers).size() == answers.size();
    }

    @Test
    void withoutKeysNobodyGetsWhatAnotherMade() {
        Explored explored = explore(new ByKey(), List.of("", "", ""), IdempotencyModelTest::everyoneHasOneOfTheirOwn);

        assertThat(explored.wrong()).isEmpty();
        assertThat(explored.worlds()).isGreaterThan(500);
    }

    @Test
    void aKeyMakesOneThingAndOnlyItsOwnClientGetsIt() {
        Explored explored = explore(
                new ByKey(),
                List.of("a", "b", ""),
                world -> everyoneHasOneOfTheirOwn(world) && world.server.made <= 2 + ATTEMPTS);

        assertThat(explored.wrong()).isEmpty();
        assertThat(explored.worlds()).isGreaterThan(200);
    }

    @Test
    void guessingByContentGivesOneThingToTwoClientsAndTheCheckerFindsIt() {
        Explored explored =
                explore(new ByContent(), List.of("", "", ""), IdempotencyModelTest::everyoneHasOneOfTheirOwn);

        assertThat(explored.wrong()).isPresent();
    }
}
