;; A session with eglot as a person would have it, one JSON line an observation. GOLDFISH holds the command.
(require 'eglot)
(require 'json)
(defun tell (name value)
  (princ (concat (json-serialize (list :name name :value value)) "\n")))

;; This eglot shows no progress by itself.
(defvar progress nil)
(cl-defmethod eglot-handle-notification (_server (_method (eql $/progress)) &key token value)
  (when (equal token "w") (push (plist-get value :kind) progress)))

(setq eglot-sync-connect 20 eglot-autoshutdown t eglot-events-buffer-size 0
      ;; In batch nobody can be asked.
      eglot-confirm-server-initiated-edits nil)
(define-derived-mode notes-mode text-mode "Notes")
(add-to-list 'eglot-server-programs
             (cons 'notes-mode (append (json-parse-string (getenv "GOLDFISH") :array-type 'list) nil)))
(find-file "notes.md")
(notes-mode)
(apply #'eglot--connect (eglot--guess-contact))
(eglot--managed-mode 1)
(let* ((server (eglot-current-server))
       (ask (lambda (method params) (jsonrpc-request server method params)))
       (target (lambda (link) (plist-get link :target))))
  (goto-char (point-min))
  (forward-char 8)
  (tell "hover" (plist-get (plist-get (funcall ask :textDocument/hover (eglot--TextDocumentPositionParams)) :contents)
                           :value))
  (tell "links" (vconcat (mapcar target (funcall ask :textDocument/documentLink
                                                 (list :textDocument (eglot--TextDocumentIdentifier))))))
  (tell "symbols" (vconcat (mapcar (lambda (one) (plist-get one :name))
                                   (funcall ask :workspace/symbol '(:query "apples")))))
  (tell "ask" (plist-get (funcall ask :workspace/executeCommand
                                  '(:command "goldfish/ask" :arguments ["When are the apples picked?"]
                                    :workDoneToken "w"))
                         :answer))
  (tell "progress" (vconcat (reverse progress)))
  (flymake-start)
  (with-timeout (20 (error "No diagnostics"))
    (while (null (flymake-diagnostics)) (accept-process-output nil 0.05)))
  (tell "diagnostics" (vconcat (mapcar (lambda (one) (substring-no-properties (flymake-diagnostic-text one)))
                                       (flymake-diagnostics))))
  ;; What a person does: completion at point, and the first code action on a line.
  (goto-char (point-max))
  (forward-line -1)
  (end-of-line)
  (tell "completion" (vconcat (mapcar (lambda (item) (plist-get (plist-get item :textEdit) :newText))
                                      (plist-get (funcall ask :textDocument/completion
                                                          (eglot--TextDocumentPositionParams))
                                                 :items))))
  (let ((act (lambda (line)
               (goto-char (point-min))
               (forward-line line)
               (forward-char 8)
               (let ((actions (funcall ask :textDocument/codeAction
                                       (list :textDocument (eglot--TextDocumentIdentifier)
                                             :range (list :start (eglot--pos-to-lsp-position)
                                                          :end (eglot--pos-to-lsp-position))
                                             :context '(:diagnostics [])))))
                 (eglot--dcase (aref actions 0)
                   (((CodeAction) edit command)
                    (when edit (eglot--apply-workspace-edit edit))
                    (when command
                      (eglot--dbind ((Command) command arguments) command
                        (eglot-execute-command server (intern command) arguments))))))
               (eglot--signal-textDocument/didChange))))
    (funcall act 1)
    (funcall act 2))
  (tell "notes" (vconcat (split-string (string-trim (buffer-string)) "\n")))
  (set-buffer-modified-p nil)
  (eglot-shutdown server))
(kill-emacs 0)
